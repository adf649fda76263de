import { Avatar } from "@/components/ui/person";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { ROLE_DUTIES, ROLE_NAMES, ROLES, type Role } from "@/domain/people/roles";

export type PickablePerson = {
  id: string;
  name: string;
  title: string | null;
  roles: readonly { role: Role; scope: string | null }[];
};

/** The roles that make something happen come first. */
const ORDER: readonly Role[] = [
  "developer",
  "tech_lead",
  "qa",
  "release_approver",
  ...ROLES.filter((role) => !["developer", "tech_lead", "qa", "release_approver"].includes(role)),
];

/** The demonstration's people by what they can do. Picking one is a plain form: it works before any script does. */
export function PeoplePicker({ people, next }: { people: readonly PickablePerson[]; next: string }) {
  const groups = ORDER.map((role) => ({ role, members: people.filter((person) => roleOf(person) === role) }));
  return (
    <>
      <header className="mb-8">
        <p className="mb-2 inline-flex h-5 items-center rounded-sm border border-line-strong px-1.5 font-medium text-ink-2 text-xs">
          Demonstration data
        </p>
        <h1 className="text-xl">Who would you like to be?</h1>
        <p className="reading mt-1 text-ink-2">
          Nobody here is real; what they do is: merges, pipeline runs, deployments. A change needs several of
          them. Take it through as its author, then come back as somebody who may approve it.
        </p>
      </header>
      <form method="post" action="/api/demonstration/sign-in">
        <input type="hidden" name="next" value={next} />
        <div className="grid gap-x-8 gap-y-7 md:grid-cols-2">
          {groups
            .filter((group) => group.members.length > 0)
            .map(({ role, members }) => (
              <section key={role} aria-labelledby={`role-${role}`} className="min-w-0">
                <h2 id={`role-${role}`} className="text-sm">
                  {ROLE_NAMES[role]}
                </h2>
                <p className="mb-2 text-ink-2 text-xs">{ROLE_DUTIES[role]}</p>
                <ul className="overflow-hidden rounded-lg border bg-panel">
                  {members.map((person) => (
                    <li key={person.id} className="border-b last:border-b-0">
                      <PersonButton person={person} group={role} />
                    </li>
                  ))}
                </ul>
              </section>
            ))}
        </div>
      </form>
    </>
  );
}

function PersonButton({ person, group }: { person: PickablePerson; group: Role }) {
  return (
    <button
      type="submit"
      name="personId"
      value={person.id}
      className="flex min-h-12 w-full items-center gap-3 px-3 py-2 text-left transition-colors duration-75 hover:bg-fill focus-visible:-outline-offset-2"
    >
      <Avatar name={person.name} className="size-7 text-[11px]" />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          <UntrustedText>{person.name}</UntrustedText>
        </span>
        {person.title ? <span className="block truncate text-ink-2 text-xs">{person.title}</span> : null}
      </span>
      <span className="max-w-[45%] text-right text-ink-2 text-xs">{describe(person, group)}</span>
    </button>
  );
}

function roleOf(person: PickablePerson): Role {
  return ORDER.find((role) => person.roles.some((held) => held.role === role)) ?? "viewer";
}

/** Where their role holds, and what else they are: "Ledger, Payments · also QA". */
function describe(person: PickablePerson, group: Role): string {
  const own = person.roles.filter((held) => held.role === group);
  const where = own.some((held) => held.scope === null)
    ? "everywhere"
    : [...new Set(own.map((held) => held.scope))].join(", ");
  const others = [...new Set(person.roles.filter((held) => held.role !== group).map((held) => held.role))];
  const also = others.map((role) => `${ROLE_NAMES[role]}`).join(", ");
  return [where, also ? `also ${also}` : ""].filter(Boolean).join(" · ");
}
