import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import { StatusPill } from "@/components/ui/status-pill";
import { BRANCH_KIND_NAMES } from "@/domain/branches/in-words";
import { policyInSentences } from "@/domain/policies/in-words";
import type { Settings } from "./settings";

type Policy = Settings["policies"][number];

/** Every environment in its order, with what it asks of a deployment. */
export function EnvironmentPolicies({ settings }: { settings: Settings }) {
  const { environments, policies } = settings;
  if (environments.length === 0) return <EmptyState title="No environments yet" />;
  const names = new Map(environments.map(({ key, name }) => [key, name]));
  return (
    <ol className="flex max-w-4xl flex-col gap-4">
      {environments.map((environment) => {
        const policy = policies.find(({ id }) => id === environment.policyId);
        return (
          <li key={environment.id}>
            <Panel
              title={environment.name}
              note={[
                environment.isProduction ? "production" : null,
                environment.isPerClient ? "a slot per client" : "shared by all clients",
                environment.slotHostUrl ? null : "no slot host yet",
              ]
                .filter((part) => part !== null)
                .join(" · ")}
              actions={policy ? undefined : <StatusPill status="blocked">closed</StatusPill>}
            >
              {policy ? (
                <Rules policy={policy} names={names} />
              ) : (
                <p className="text-ink-2">No policy is bound to it, so nothing can be deployed here.</p>
              )}
            </Panel>
          </li>
        );
      })}
    </ol>
  );
}

/** What a merge takes, by the kind of branch it goes into. */
export function BranchPolicies({ settings }: { settings: Settings }) {
  const { branchPolicies, policies } = settings;
  if (branchPolicies.length === 0) {
    return (
      <EmptyState title="No policy for any branch">
        Without one nothing is merged: a kind of branch is closed until a policy is bound to it.
      </EmptyState>
    );
  }
  return (
    <ol className="flex max-w-4xl flex-col gap-4">
      {branchPolicies.map(({ branchKind, policyId }) => {
        const policy = policies.find(({ id }) => id === policyId);
        return (
          <li key={branchKind}>
            <Panel title={`Into ${BRANCH_KIND_NAMES[branchKind].toLowerCase()}`}>
              {policy ? <Rules policy={policy} /> : <p className="text-ink-2">Closed.</p>}
            </Panel>
          </li>
        );
      })}
    </ol>
  );
}

function Rules({ policy, names }: { policy: Policy; names?: ReadonlyMap<string, string> }) {
  return (
    <>
      <p className="mb-2 text-ink-2 text-xs">
        {policy.name}, version {policy.version}
      </p>
      <ul className="grid gap-x-6 gap-y-1 sm:grid-cols-2">
        {policyInSentences(policy.rules, names).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </>
  );
}
