import type { ReactNode } from "react";
import { ClockTime } from "@/components/ui/clock-time";
import { Panel } from "@/components/ui/panel";
import { Sha } from "@/components/ui/sha";
import { type Status, StatusMark } from "@/components/ui/status-mark";
import { Elapsed } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { isIn, RUNNING_STATES } from "@/domain/promotions/status";
import type { PromotionCard } from "./promotion";

type Step = PromotionCard["steps"][number];

const NAMES: Record<Step["kind"], { doing: string; done: string }> = {
  merge: { doing: "Putting the merge on the target", done: "Put the merge on the target and read it back" },
  install: { doing: "Installing the artifact", done: "Installed the artifact and read it back" },
  health_check: { doing: "Asking the health address", done: "Asked the health address" },
};

const MARKS: Record<Step["state"], Status> = {
  pending: "waiting",
  sent: "running",
  confirmed: "ok",
  refused: "failed",
  unknown: "unknown",
};

/** What is being done, or was: every effect outside with what the read-back said, every health check. */
export function ExecutionPanel({ card }: { card: PromotionCard }) {
  const { promotion, steps, checks, deployment } = card;
  if (steps.length === 0 && !deployment) return null;
  const isRunning = isIn(promotion.state, RUNNING_STATES);
  return (
    <Panel
      title={isRunning ? "Being carried out" : "Carried out"}
      note={deployment ? `deployment ${deployment.number}` : undefined}
      actions={
        isRunning && promotion.startedAt ? (
          <Elapsed since={promotion.startedAt} className="text-ink-2" />
        ) : null
      }
      flush
    >
      <ol className="py-1.5">
        {shownSteps(card).map((step) => (
          <Line key={step.id} status={MARKS[step.state]} at={step.updatedAt}>
            {step.state === "confirmed" ? NAMES[step.kind].done : NAMES[step.kind].doing}
            {step.attempts > 1 ? <span className="text-ink-2"> · {step.attempts} tries</span> : null}
            {step.state === "refused" ? <span className="text-ink-2"> · refused</span> : null}
            {step.state === "unknown" ? <span className="text-ink-2"> · the answer is not known</span> : null}
          </Line>
        ))}
        {checks.map((check) => (
          <Line key={check.id} status={check.isHealthy ? "ok" : "failed"} at={check.checkedAt}>
            Health check {check.attempt}{" "}
            <span className="text-ink-2">
              <UntrustedText>{check.detail}</UntrustedText>
            </span>
          </Line>
        ))}
        {promotion.state === "succeeded" && promotion.outcomeText ? (
          <Line status="ok" at={promotion.endedAt}>
            <UntrustedText>{promotion.outcomeText}</UntrustedText>
            {card.content.kind === "merge" && card.content.candidate?.commitSha ? (
              <>
                {" "}
                <Sha value={card.content.candidate.commitSha} />
              </>
            ) : null}
          </Line>
        ) : null}
      </ol>
    </Panel>
  );
}

/** Each health check stands for itself; the step that makes them is only told while it runs or is lost. */
function shownSteps({ steps, checks }: PromotionCard): Step[] {
  const isOver = (step: Step) => step.state === "confirmed" || step.state === "refused";
  return steps.filter((step) => step.kind !== "health_check" || checks.length === 0 || !isOver(step));
}

function Line({ status, at, children }: { status: Status; at: Date | null; children: ReactNode }) {
  return (
    <li className="flex items-start gap-2.5 px-4 py-1">
      <StatusMark status={status} className="mt-[3px]" />
      <span className="min-w-0 flex-1">{children}</span>
      {at ? <ClockTime at={at} seconds className="shrink-0 text-ink-2 text-xs leading-5" /> : null}
    </li>
  );
}
