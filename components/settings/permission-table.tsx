import { type Column, DataTable, TableScroll } from "@/components/ui/data-table";
import { Panel } from "@/components/ui/panel";
import { StatusMark } from "@/components/ui/status-mark";
import { ROLE_DUTIES, ROLE_NAMES, ROLES } from "@/domain/people/roles";
import type { Settings } from "./settings";

type Row = { permission: string; roles: readonly string[] };

/** The one table that procedures, pages and buttons read. */
export function PermissionTable({ permissions }: { permissions: Settings["permissions"] }) {
  const rows: Row[] = Object.entries(permissions).map(([permission, roles]) => ({ permission, roles }));
  return (
    <Panel flush>
      <TableScroll label="Permissions of each role">
        <DataTable
          label="Permissions"
          density="compact"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ permission }) => permission}
        />
      </TableScroll>
    </Panel>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: "permission",
    header: "Permission",
    heading: true,
    width: "100%",
    cell: ({ permission }) => <span className="font-mono text-xs">{permission}</span>,
  },
  ...ROLES.map(
    (role): Column<Row> => ({
      key: role,
      header: <span data-tip={ROLE_DUTIES[role]}>{ROLE_NAMES[role]}</span>,
      cell: ({ roles }) =>
        roles.includes(role) ? (
          <StatusMark status="ok" label="yes" className="size-3" />
        ) : (
          <span className="sr-only">no</span>
        ),
    }),
  ),
];
