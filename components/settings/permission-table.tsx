import { TableScroll } from "@/components/ui/data-table";
import { Panel } from "@/components/ui/panel";
import { StatusMark } from "@/components/ui/status-mark";
import { ROLE_DUTIES, ROLE_NAMES, ROLES } from "@/domain/people/roles";
import { type Permissions, permissionsByNoun } from "./permissions-by-noun";

/** The one table that procedures, pages and buttons read: what is asked for, by noun, and who may. */
export function PermissionTable({ permissions }: { permissions: Permissions }) {
  return (
    <Panel flush>
      <TableScroll label="Permissions of each role">
        <table className={TABLE}>
          <caption className="sr-only">Permissions</caption>
          <thead>
            <tr>
              <th scope="col" className={`${HEADER} sticky left-0 w-full bg-ground pr-3 pl-4`}>
                Permission
              </th>
              {ROLES.map((role) => (
                <th key={role} scope="col" className={`${HEADER} px-3 text-center last:pr-4`}>
                  <span data-tip={ROLE_DUTIES[role]}>{ROLE_NAMES[role]}</span>
                </th>
              ))}
            </tr>
          </thead>
          {permissionsByNoun(permissions).map(({ noun, actions }) => (
            <tbody key={noun}>
              <tr>
                <th
                  scope="rowgroup"
                  colSpan={ROLES.length + 1}
                  className="border-b bg-ground px-4 py-1 font-medium"
                >
                  <span className="sticky left-4">{noun}</span>
                </th>
              </tr>
              {actions.map(({ permission, action, roles }) => (
                <tr key={permission}>
                  <th
                    scope="row"
                    data-tip={permission}
                    className="sticky left-0 whitespace-nowrap border-b bg-panel py-1 pr-3 pl-8 font-normal"
                  >
                    {action}
                  </th>
                  {ROLES.map((role) => (
                    <td key={role} className="border-b px-3 py-1 text-center align-middle last:pr-4">
                      {roles.includes(role) ? (
                        <StatusMark status="ok" label="yes" className="mx-auto block size-3" />
                      ) : (
                        <span className="sr-only">no</span>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </TableScroll>
    </Panel>
  );
}

// Relative, so that what only screen readers read is cut off by the box that scrolls and not by the page.
const TABLE =
  "relative w-full border-separate border-spacing-0 text-left [&>tbody:last-child>tr:last-child>*]:border-b-0";
const HEADER = "h-8 whitespace-nowrap border-b bg-ground font-normal text-ink-2 text-xs";
