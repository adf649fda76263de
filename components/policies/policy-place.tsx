import { AppLink } from "@/components/ui/app-link";
import { Button } from "@/components/ui/button";
import { StatusPill } from "@/components/ui/status-pill";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { policyInSentences } from "@/domain/policies/in-words";
import type { PolicyList } from "./policy";
import { policyHref } from "./policy-search";

type PolicyPlaceProps = {
  name: string;
  isProduction?: boolean;
  policy: PolicyList["branches"][number]["policy"];
  names: ReadonlyMap<string, string>;
  whenClosed: string;
  onBind?: () => void;
};

/** One place with what it asks for, or that it is closed. */
export function PolicyPlace({ name, isProduction, policy, names, whenClosed, onBind }: PolicyPlaceProps) {
  return (
    <li className="grid gap-x-6 gap-y-1.5 border-b px-4 py-3 last:border-b-0 md:grid-cols-[160px_minmax(0,1fr)_auto]">
      <div>
        <p className="font-medium">
          <UntrustedText>{name}</UntrustedText>
        </p>
        {isProduction ? <p className="text-ink-2 text-xs">production</p> : null}
      </div>
      {policy ? (
        <div className="min-w-0">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <AppLink href={policyHref(policy.key)} className="font-medium text-accent hover:underline">
              <UntrustedText>{policy.name}</UntrustedText>
            </AppLink>
            <span className="text-ink-2 text-xs">
              version {policy.version} <Since policy={policy} />
            </span>
          </p>
          <ul className="mt-1 grid gap-x-6 gap-y-0.5 text-ink-2 sm:grid-cols-2">
            {policyInSentences(policy.rules, policy.subject, names).map((sentence, position) => (
              <li key={sentence} className={position === 0 ? "text-ink sm:col-span-2" : undefined}>
                {sentence}
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <StatusPill status="blocked">closed</StatusPill>
          <span className="text-ink-2">No policy is bound to it. {whenClosed}</span>
        </div>
      )}
      {onBind ? (
        <div>
          <Button
            size="small"
            aria-label={`${policy ? "Change what decides over" : "Open"} ${name}`}
            onClick={onBind}
          >
            {policy ? "Change…" : "Open…"}
          </Button>
        </div>
      ) : null}
    </li>
  );
}

/** Who made the version, and how long ago. */
export function Since({ policy }: { policy: { createdAt: Date; createdBy: string | null } }) {
  return (
    <>
      {policy.createdBy ? (
        <>
          by <UntrustedText>{policy.createdBy}</UntrustedText>
        </>
      ) : (
        "from the set-up"
      )}
      , <TimeAgo at={policy.createdAt} />
    </>
  );
}
