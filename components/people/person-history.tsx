import { AppLink } from "@/components/ui/app-link";
import { Panel } from "@/components/ui/panel";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { type AuditField, readAuditPayload } from "@/domain/audit/payload";
import { ROLE_NAMES, ROLES } from "@/domain/people/roles";
import type { Person } from "./person";

const SENTENCES: Record<string, string> = {
  "person.added": "added this person",
  "person.edited": "changed the name or address",
  "person.activated": "activated this person",
  "person.deactivated": "deactivated this person",
  "person.linked": "linked this person to another",
  "person.found_the_same": "found this person to be another as well",
  "grant.given": "gave a role",
  "grant.revoked": "revoked a role",
  "access_request.made": "asked for a role",
  "access_request.agreed": "agreed to a role",
  "access_request.refused": "refused a role",
  "access_request.withdrawn": "took a request back",
  "identity.added": "signed in with a new identity",
  "sessions.ended": "ended sessions",
};

/** "Tech lead, Payments", as it was written down then. */
function roleOf(fields: readonly AuditField[]): string | null {
  const text = (name: string) => {
    const field = fields.find((one) => one.name === name);
    return field?.after ?? field?.before ?? null;
  };
  const [role, where] = [text("role"), text("where")];
  const known = ROLES.find((one) => one === role);
  return known && where ? `${ROLE_NAMES[known]}, ${where}` : role;
}

/** What was done to their access, from the audit trail. What they did themselves is not gathered anywhere. */
export function PersonHistory({ person }: { person: Person }) {
  if (person.history.length === 0) return null;
  return (
    <Panel
      title={person.isSelf ? "History of your access" : "History of their access"}
      flush
      actions={
        <AppLink href={`/audit?subject=${person.id}`} className="text-accent hover:underline">
          In the audit trail
        </AppLink>
      }
    >
      <ol>
        {person.history.map((row) => {
          const { fields, reason } = readAuditPayload(row.payload);
          const role = roleOf(fields);
          return (
            <li key={row.sequence} className="border-b px-4 py-2 last:border-b-0">
              <p className="flex flex-wrap gap-x-1.5">
                <b>
                  <UntrustedText>{row.actorName}</UntrustedText>
                </b>
                <span>{SENTENCES[row.action] ?? row.action.replaceAll(/[._]/g, " ")}</span>
                {role ? (
                  <span className="text-ink-2">
                    <UntrustedText>{role}</UntrustedText>
                  </span>
                ) : null}
                <TimeAgo at={row.at} className="ml-auto text-ink-2 text-xs" />
              </p>
              {reason ? (
                <p className="text-ink-2 text-xs">
                  <UntrustedText>{reason}</UntrustedText>
                </p>
              ) : null}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
