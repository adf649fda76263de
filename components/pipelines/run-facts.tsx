import type { ReactNode } from "react";
import { standingOf } from "@/components/promotions/promotion-status";
import { AppLink } from "@/components/ui/app-link";
import { Duration } from "@/components/ui/duration";
import { KeyValues } from "@/components/ui/key-values";
import { Panel } from "@/components/ui/panel";
import { Sha } from "@/components/ui/sha";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { type Run, triggerInWords } from "./run-status";

const link = "text-accent hover:underline";

/** What it was run for, from what, and how long it waited. */
export function RunFacts({ run }: { run: Run }) {
  return (
    <Panel>
      <KeyValues
        columns={3}
        items={[
          {
            label: "Branch",
            value: (
              <AppLink
                href={`/pipelines?branch=${encodeURIComponent(run.branch)}`}
                className="hover:underline"
                data-tip="Every run of this branch"
              >
                <Version>{run.branch}</Version>
              </AppLink>
            ),
          },
          {
            label: "Commit and tree",
            value: (
              <>
                <Sha value={run.commitSha} /> <Sha value={run.treeOid} />
              </>
            ),
          },
          {
            label: "Because of",
            value: (
              <>
                <UntrustedText>{triggerInWords(run)}</UntrustedText>{" "}
                <TimeAgo at={run.createdAt} className="text-ink-2" />
              </>
            ),
          },
          { label: "Waited in the queue", value: <Duration ms={run.queueMs} /> },
          { label: "Repository", value: <Repository run={run} /> },
          ...purposes(run),
        ]}
      />
    </Panel>
  );
}

function Repository({ run }: { run: Run }) {
  return (
    <AppLink href={`/repositories/${encodeURIComponent(run.repository.key)}`} className={link}>
      {run.repository.key}
    </AppLink>
  );
}

function purposes(run: Run): { label: string; value: ReactNode }[] {
  const found: { label: string; value: ReactNode }[] = [];
  if (run.promotions.length > 0) {
    found.push({
      label: "Checks what these promotions would merge",
      value: (
        <ul>
          {run.promotions.map(({ number, title, state }) => {
            const standing = standingOf({ kind: "merge", state, isBlocked: false });
            return (
              <li key={number} className="flex items-baseline gap-2">
                <StatusMark status={standing.status} label={standing.words} className="translate-y-0.5" />
                <AppLink href={`/promotions/${number}`} className={link}>
                  #{number} <UntrustedText>{title}</UntrustedText>
                </AppLink>
              </li>
            );
          })}
        </ul>
      ),
    });
  }
  if (run.release) {
    found.push({
      label: "Built release",
      value: (
        <>
          <AppLink href={`/repositories/${encodeURIComponent(run.repository.key)}#releases`} className={link}>
            <Version>{run.release.version}</Version>
          </AppLink>
          {run.release.withdrawnAt ? <span className="ml-2 text-bad-ink">withdrawn</span> : null}
        </>
      ),
    });
  }
  if (run.workItem) {
    found.push({
      label: "Work item",
      value: (
        <AppLink href={`/work-items/${run.workItem.key}`} className={link}>
          {run.workItem.key} <UntrustedText>{run.workItem.title}</UntrustedText>
        </AppLink>
      ),
    });
  }
  return found;
}
