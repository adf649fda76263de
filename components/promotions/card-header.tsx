import { Printer } from "lucide-react";
import { IconButton } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { ClockTime } from "@/components/ui/clock-time";
import { PageHeader } from "@/components/ui/page-header";
import { Sha } from "@/components/ui/sha";
import { StatusPill } from "@/components/ui/status-pill";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { isIn, WAITING_STATES } from "@/domain/promotions/status";
import type { PromotionCard } from "./promotion";
import { standingOf } from "./promotion-status";

export function CardHeader({ card }: { card: PromotionCard }) {
  const { promotion } = card;
  const { status, words } = standingOf({
    kind: promotion.kind,
    state: promotion.state,
    isBlocked: promotion.outcomeCode !== null,
  });
  const missing = card.missingApprovals;
  const isAsked = promotion.state === "awaiting_approval" && missing > 0;
  return (
    <PageHeader
      breadcrumb={[
        { label: "Promotions", href: "/promotions" },
        { label: `#${promotion.number} ${promotion.title}` },
      ]}
      title={<UntrustedText hasPaths>{promotion.title}</UntrustedText>}
      mark={
        <StatusPill status={status}>
          {isAsked ? `waits for ${missing} more ${missing === 1 ? "approval" : "approvals"}` : words}
        </StatusPill>
      }
      summary={<Summary card={card} />}
      actions={
        <IconButton
          label="Print the evidence"
          icon={<Printer aria-hidden className="size-4" />}
          className="max-md:hidden"
          onClick={() => window.print()}
        />
      }
    />
  );
}

function Summary({ card }: { card: PromotionCard }) {
  const { promotion, product, requestedBy, content } = card;
  const isWaiting = isIn(promotion.state, WAITING_STATES);
  return (
    <span className="flex flex-wrap items-baseline gap-x-1.5 gap-y-0.5">
      <UntrustedText>{product.name}</UntrustedText>
      <Dot />
      <span>
        asked by {requestedBy ? <UntrustedText>{requestedBy}</UntrustedText> : "Clearway"}{" "}
        <TimeAgo at={promotion.createdAt} />
      </span>
      <Dot />
      <span>revision {promotion.revision}</span>
      {content.kind === "merge" ? (
        <>
          <Dot className="max-md:hidden" />
          <span className="inline-flex flex-wrap items-baseline gap-x-1.5 text-ink max-md:order-last max-md:w-full">
            <Version>{promotion.sourceBranch ?? ""}</Version>
            <Sha value={card.revision.sourceSha} />
            <span className="text-ink-2">→</span>
            <Version>{promotion.targetBranch ?? ""}</Version>
            {content.candidate ? <Sha value={content.candidate.targetSha} /> : null}
          </span>
        </>
      ) : content.artifact?.replaces && card.release ? (
        <>
          <Dot />
          <span className="inline-flex items-baseline gap-x-1.5 text-ink">
            <Version>{content.artifact.replaces}</Version>
            <span className="text-ink-2">→</span>
            <Version>{card.release.version}</Version>
          </span>
        </>
      ) : null}
      {isWaiting ? (
        <>
          <Dot />
          <span>
            expires <TimeAgo at={promotion.expiresAt} />
          </span>
        </>
      ) : promotion.endedAt ? (
        <>
          <Dot />
          <span>
            ended <ClockTime at={promotion.endedAt} />
          </span>
        </>
      ) : null}
    </span>
  );
}

function Dot({ className }: { className?: string }) {
  return (
    <span aria-hidden className={classNames("text-ink-3", className)}>
      ·
    </span>
  );
}
