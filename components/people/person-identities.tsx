import { CopyButton } from "@/components/ui/copy-button";
import { Panel } from "@/components/ui/panel";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { Person } from "./person";

/** Who they are at the identity provider: issuer and subject decide, never the address. */
export function PersonIdentities({ person }: { person: Person }) {
  return (
    <Panel title="Identities" note={String(person.identities.length)} flush={person.identities.length > 0}>
      {person.identities.length > 0 ? (
        <ul data-rows>
          {person.identities.map((identity) => (
            <li key={identity.id} className="border-b px-4 py-2.5 last:border-b-0">
              <p className="flex items-center gap-1">
                <code className="min-w-0 truncate font-mono text-xs">
                  <UntrustedText>{identity.subject}</UntrustedText>
                </code>
                <CopyButton value={identity.subject} label="Copy the subject" />
              </p>
              <p className="flex items-center gap-1 text-ink-2 text-xs">
                <span className="min-w-0 truncate">
                  at <UntrustedText>{identity.issuer}</UntrustedText>
                </span>
                <CopyButton value={identity.issuer} label="Copy the issuer" />
              </p>
              <p className="text-ink-2 text-xs">
                {identity.lastSignInAt ? (
                  <>
                    last sign-in <TimeAgo at={identity.lastSignInAt} />
                  </>
                ) : (
                  "never signed in"
                )}
                {identity.groups.length > 0 ? (
                  <>
                    , in <UntrustedText>{identity.groups.join(", ")}</UntrustedText>
                  </>
                ) : null}
              </p>
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-ink-2">None: nobody has signed in as this person through an identity provider.</p>
      )}
    </Panel>
  );
}
