import { type Column, DataTable } from "@/components/ui/data-table";
import { Panel } from "@/components/ui/panel";
import { Person } from "@/components/ui/person";
import { StatusText } from "@/components/ui/status-pill";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { ROLE_NAMES } from "@/domain/people/roles";
import type { Settings } from "./settings";

type PersonRow = Settings["people"][number];

export function PeopleSettings({ people }: { people: readonly PersonRow[] }) {
  return (
    <Panel flush>
      <DataTable label="People" columns={COLUMNS} rows={people} rowKey={({ id }) => id} />
    </Panel>
  );
}

const COLUMNS: readonly Column<PersonRow>[] = [
  {
    key: "name",
    header: "Name",
    heading: true,
    cell: (person) => (
      <span className="block">
        <Person name={person.name} />
        {person.title ? (
          <span className="block pl-[26px] text-ink-2 text-xs">
            <UntrustedText>{person.title}</UntrustedText>
          </span>
        ) : null}
      </span>
    ),
  },
  {
    key: "roles",
    header: "Roles and where they hold",
    width: "100%",
    cell: (person) =>
      person.grants.length === 0 ? (
        <span className="text-ink-2">none</span>
      ) : (
        <ul className="flex flex-wrap gap-x-4">
          {person.grants.map((grant) => (
            <li key={`${grant.role}${grant.scopeKind}${grant.scopeName}`}>
              {ROLE_NAMES[grant.role]}{" "}
              <span className="text-ink-2">
                {grant.scopeKind === "organisation" ? "everywhere" : (grant.scopeName ?? grant.scopeKind)}
              </span>
            </li>
          ))}
        </ul>
      ),
  },
  {
    key: "email",
    header: "E-mail",
    from: "lg",
    cell: (person) => (
      <span className="text-ink-2">
        <UntrustedText>{person.email}</UntrustedText>
      </span>
    ),
  },
  {
    key: "state",
    header: "State",
    from: "sm",
    cell: (person) => (
      <StatusText status={person.isActive ? "ok" : "superseded"} className="whitespace-nowrap">
        {person.isActive ? "active" : "not active"}
      </StatusText>
    ),
  },
];
