import { AppLink } from "@/components/ui/app-link";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import { StatusMark } from "@/components/ui/status-mark";
import { StatusText } from "@/components/ui/status-pill";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { deploymentStanding } from "./deployment-status";
import type { Slot } from "./slot";

type Deployment = Slot["history"][number];
type Rejection = Slot["rejections"][number];

/** Every deployment of the slot with its checks, and what was rejected here, newest first. */
export function SlotHistory({ slot: { history, rejections } }: { slot: Slot }) {
  const entries = [
    ...history.map((deployment) => ({
      at: deployment.createdAt,
      row: <Entry key={deployment.id} deployment={deployment} />,
    })),
    ...rejections.map((rejection) => ({
      at: rejection.rejectedAt ?? new Date(0),
      row: <Rejected key={rejection.promotionNumber} rejection={rejection} />,
    })),
  ].sort((a, b) => b.at.getTime() - a.at.getTime());
  return (
    <Panel title="History" note={countOf(history.length, rejections.length)} flush={entries.length > 0}>
      {entries.length === 0 ? (
        <EmptyState title="Nothing was deployed here yet" />
      ) : (
        <ol>{entries.map(({ row }) => row)}</ol>
      )}
    </Panel>
  );
}

function countOf(count: number, rejected: number): string {
  const deployments = count === 1 ? "1 deployment" : `${count} deployments`;
  return rejected === 0 ? deployments : `${deployments}, ${rejected} rejected`;
}

/** It never came to a deployment. */
function Rejected({ rejection }: { rejection: Rejection }) {
  return (
    <li className="border-b px-4 py-2 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5">
        <StatusText status="failed" className="w-32 shrink-0">
          rejected
        </StatusText>
        <Version>{rejection.version}</Version>
        <AppLink
          href={`/promotions/${rejection.promotionNumber}`}
          className="text-ink-2 hover:text-ink hover:underline"
        >
          promotion #{rejection.promotionNumber}
        </AppLink>
        {rejection.rejectedAt ? (
          <TimeAgo at={rejection.rejectedAt} className="ml-auto whitespace-nowrap text-ink-2" />
        ) : null}
      </div>
      {rejection.outcomeText ? (
        <p className="pl-[22px] text-ink-2">
          <UntrustedText>{rejection.outcomeText}</UntrustedText>
        </p>
      ) : null}
    </li>
  );
}

function Entry({ deployment }: { deployment: Deployment }) {
  const standing = deploymentStanding(deployment.state);
  const failed = deployment.checks.filter((check) => !check.isHealthy).length;
  return (
    <li className="border-b px-4 py-2 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5">
        <StatusText status={standing.status} className="w-32 shrink-0">
          {standing.words}
        </StatusText>
        <Version>{deployment.version}</Version>
        <AppLink
          href={`/promotions/${deployment.promotionNumber}`}
          className="text-ink-2 hover:text-ink hover:underline"
        >
          {deployment.promotionKind === "rollback" ? "rollback" : "promotion"} #{deployment.promotionNumber}
        </AppLink>
        <span className="text-ink-2 max-sm:hidden">
          by {deployment.requestedBy ? <UntrustedText>{deployment.requestedBy}</UntrustedText> : "Clearway"}
        </span>
        <TimeAgo
          at={deployment.finishedAt ?? deployment.createdAt}
          className="ml-auto whitespace-nowrap text-ink-2"
        />
      </div>
      {deployment.outcomeText ? (
        <p className="pl-[22px] text-ink-2">
          <UntrustedText>{deployment.outcomeText}</UntrustedText>
        </p>
      ) : null}
      {deployment.checks.length > 0 ? (
        <details className="pl-[22px] text-xs">
          <summary className="w-fit text-ink-2 hover:text-ink">
            {deployment.checks.length === 1 ? "1 check" : `${deployment.checks.length} checks`}
            {failed > 0 ? `, ${failed} failed` : ", all passed"}
          </summary>
          <ol className="mt-1 flex flex-col gap-0.5">
            {deployment.checks.map((check) => (
              <li key={check.id} className="flex items-baseline gap-2">
                <StatusMark
                  status={check.isHealthy ? "ok" : "failed"}
                  label={check.isHealthy ? "passed" : "failed"}
                  className="size-3 translate-y-0.5"
                />
                <UntrustedText className="min-w-0">{check.detail}</UntrustedText>
                <TimeAgo at={check.checkedAt} className="ml-auto text-ink-2" />
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </li>
  );
}
