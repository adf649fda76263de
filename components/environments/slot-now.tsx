import { standingOf } from "@/components/promotions/promotion-status";
import { releaseHref } from "@/components/releases/releases-search";
import { AppLink } from "@/components/ui/app-link";
import { EmptyState } from "@/components/ui/empty-state";
import { KeyValues } from "@/components/ui/key-values";
import { Panel } from "@/components/ui/panel";
import { Sha } from "@/components/ui/sha";
import { StatusPill, StatusText } from "@/components/ui/status-pill";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import type { Slot } from "./slot";

export function RunsNow({ slot }: { slot: Slot }) {
  const { current } = slot;
  if (!current) {
    return (
      <Panel title="Runs now">
        <EmptyState title="Nothing is installed here yet">Promote a release to be the first.</EmptyState>
      </Panel>
    );
  }
  const release = slot.releases.find(({ id }) => id === current.releaseId);
  const passed = current.checks.filter((check) => check.isHealthy).length;
  const last = current.checks.at(-1);
  return (
    <Panel
      title="Runs now"
      actions={
        <StatusPill status={release?.withdrawnAt ? "blocked" : "ok"}>
          {release?.withdrawnAt ? "withdrawn" : "live"}
        </StatusPill>
      }
    >
      <KeyValues
        items={[
          {
            label: "Version",
            value: slot.repository ? (
              <AppLink
                href={releaseHref(slot.repository.key, current.version)}
                className="text-accent hover:underline"
              >
                <Version>{current.version}</Version>
              </AppLink>
            ) : (
              <Version>{current.version}</Version>
            ),
          },
          { label: "Artifact", value: <Sha value={current.artifactSha256} length={16} /> },
          {
            label: "Since",
            value: current.finishedAt ? <TimeAgo at={current.finishedAt} /> : "its checks are still running",
          },
          { label: "Schema", value: String(slot.slot.schemaVersion) },
          {
            label: "Health",
            value: last ? (
              <>
                {passed} of {current.checks.length} checks passed;{" "}
                <span className="text-ink-2">
                  <UntrustedText>{last.detail}</UntrustedText> Asked <TimeAgo at={last.checkedAt} />, after
                  the deployment.
                </span>
              </>
            ) : (
              <span className="text-ink-2">no check was made</span>
            ),
          },
          {
            label: "Came by",
            value: (
              <>
                <AppLink
                  href={`/promotions/${current.promotionNumber}`}
                  className="text-accent underline underline-offset-2"
                >
                  Promotion #{current.promotionNumber}
                </AppLink>
                <span className="text-ink-2">
                  , asked for by{" "}
                  {current.requestedBy ? <UntrustedText>{current.requestedBy}</UntrustedText> : "Clearway"}
                </span>
              </>
            ),
          },
          ...(slot.repository
            ? [
                {
                  label: "Built from",
                  value: slot.repository.mayOpen ? (
                    <AppLink
                      href={`/repositories/${encodeURIComponent(slot.repository.key)}#releases`}
                      className="text-accent hover:underline"
                    >
                      {slot.repository.key}
                    </AppLink>
                  ) : (
                    slot.repository.key
                  ),
                },
              ]
            : []),
        ]}
      />
    </Panel>
  );
}

/** What is on its way to the slot, and why it is not there yet. */
export function SlotWaiting({ slot }: { slot: Slot }) {
  if (slot.waiting.length === 0) return null;
  return (
    <Panel title="On its way" flush>
      <ul>
        {slot.waiting.map((promotion) => {
          const standing = standingOf({ ...promotion, isBlocked: promotion.outcomeCode !== null });
          return (
            <li key={promotion.number} className="relative border-b px-4 py-2 last:border-b-0 hover:bg-fill">
              <AppLink href={`/promotions/${promotion.number}`} className="row-link flex flex-wrap gap-x-3">
                <StatusText status={standing.status}>{standing.words}</StatusText>
                <span className="font-medium">
                  <UntrustedText>{promotion.title}</UntrustedText>
                </span>
                <TimeAgo at={promotion.createdAt} className="ml-auto text-ink-2" />
              </AppLink>
              {promotion.outcomeText ? (
                <p className="pl-[22px] text-ink-2">
                  <UntrustedText>{promotion.outcomeText}</UntrustedText>
                </p>
              ) : null}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
