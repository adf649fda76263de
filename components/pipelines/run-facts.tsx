import type { ReactNode } from "react";
import { standingOf } from "@/components/promotions/promotion-status";
import { AppLink } from "@/components/ui/app-link";
import { formatDuration } from "@/components/ui/format-time";
import { Sha } from "@/components/ui/sha";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { candidateOf, type Run, triggerInWords } from "./run-status";
import { slowestInWords } from "./run-timings";
import { runsHref } from "./runs-search";

const link = "text-accent hover:underline";

/** Under the title: what was built, because of what, and what it is for. */
export function RunFacts({ run }: { run: Run }) {
  const slowest = run.state === "passed" ? slowestInWords(run.jobs) : null;
  const [purpose] = run.promotions;
  const candidate = candidateOf({ trigger: run.trigger, promotionNumber: purpose?.number ?? null });
  return (
    <>
      <p>
        <UntrustedText>
          {run.subject ??
            (purpose ? `The merge that “${purpose.title}” would make` : "A commit not known here")}
        </UntrustedText>
      </p>
      <ul className="mt-1 flex flex-wrap items-baseline gap-x-5 gap-y-0.5">
        <li>
          {candidate === null ? null : (
            <>
              candidate of{" "}
              <AppLink href={`/promotions/${candidate}`} className={link}>
                #{candidate}
              </AppLink>{" "}
              into{" "}
            </>
          )}
          <AppLink
            href={runsHref({ view: "all", branch: run.branch })}
            data-tip="Every run of this branch"
            className="hover:text-ink hover:underline"
          >
            <Version className="break-words">{run.branch}</Version>
          </AppLink>{" "}
          <Sha value={run.commitSha} />
        </li>
        <li>
          <UntrustedText>{triggerInWords(run)}</UntrustedText> <TimeAgo at={run.createdAt} />
        </li>
        {run.queueMs === null ? null : <li>queued {formatDuration(run.queueMs)}</li>}
        <li>
          tree <Sha value={run.treeOid} />
        </li>
        <Purposes run={run} />
      </ul>
      {slowest ? <p className="mt-1">{slowest}</p> : null}
    </>
  );
}

function Purposes({ run }: { run: Run }): ReactNode {
  return (
    <>
      {run.promotions.map(({ number, title, state, outcomeCode }) => {
        const standing = standingOf({ kind: "merge", state, isBlocked: outcomeCode !== null });
        return (
          <li key={number} className="flex items-baseline gap-1.5">
            <StatusMark status={standing.status} label={standing.words} className="translate-y-0.5" />
            <AppLink href={`/promotions/${number}`} data-tip={title} className={link}>
              Promotion #{number}
            </AppLink>
          </li>
        );
      })}
      {run.release ? (
        <li>
          release{" "}
          <AppLink href={`/repositories/${encodeURIComponent(run.repository.key)}#releases`} className={link}>
            <Version>{run.release.version}</Version>
          </AppLink>
          {run.release.withdrawnAt ? " (withdrawn)" : ""}
        </li>
      ) : null}
      {run.workItem ? (
        <li>
          <AppLink href={`/work-items/${run.workItem.key}`} data-tip={run.workItem.title} className={link}>
            {run.workItem.key}
          </AppLink>
        </li>
      ) : null}
    </>
  );
}
