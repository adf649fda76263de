import { and, eq, inArray, isNull } from "drizzle-orm";
import { promotionRevisions, pullRequests, slots, votes } from "@/db/schema";
import { DomainError, forbidden } from "@/domain/errors";
import { can } from "@/domain/permissions";
import type { EndPromotion, VotePromotion } from "@/domain/promotions/input";
import { isIn, type PromotionState, WAITING_STATES } from "@/domain/promotions/status";
import { type Change, change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { deploymentOf } from "../deployments/rows";
import { failpoint } from "../failpoints";
import { asPerson } from "./as-person";
import { addContributors } from "./create";
import { announcePromotion, missingApprovals, movePromotion, promotionSubject } from "./move";
import { lockPromotion, type PromotionRow } from "./rows";

/** A retry has at least so long to be decided. */
const RETRY_HOURS = 24;

const READ = { noun: "promotion", read: "promotions.read" } as const;

/**
 * A vote on exactly what was seen. The database checks state, revision, four eyes and eligibility under the row lock;
 * reaching the quorum makes the promotion ready and queues its execution in the same transaction.
 */
export async function vote(
  ctx: Context,
  input: VotePromotion,
): Promise<{ state: PromotionState; missing: number }> {
  const person = asPerson(ctx);
  const answer = await change(ctx, async (c) => {
    const promotion = await lockPromotion(c.db, input.promotionId);
    demand(ctx.actor, "promotions.vote", promotion, READ);
    if (promotion.state !== "awaiting_approval") throw closed(promotion);
    if (promotion.revision !== input.revision) {
      throw new DomainError(
        "STALE_SUBJECT",
        "This changed after you looked. Look at what is new, then decide.",
        {
          seen: input.revision,
          now: promotion.revision,
        },
      );
    }
    await c.db.insert(votes).values({
      promotionId: promotion.id,
      revision: input.revision,
      subjectDigest: input.subjectDigest,
      personId: person.personId,
      decision: input.decision,
      reason: input.reason || null,
      authenticatedAt: person.authenticatedAt ?? null,
    });
    if (input.decision === "reject") {
      const next = await movePromotion(
        c,
        promotion,
        "rejected",
        { outcomeCode: "REJECTED", outcomeText: `${person.name}: ${input.reason}` },
        { reason: input.reason },
      );
      return { state: next.state, missing: 0 };
    }
    c.audit({
      action: "promotion.approved",
      subject: promotionSubject(promotion),
      after: { revision: input.revision, subjectDigest: input.subjectDigest },
      reason: input.reason,
    });
    const missing = await missingApprovals(c, promotion);
    if (missing > 0) {
      announcePromotion(c, promotion);
      return { state: promotion.state, missing };
    }
    const next = await movePromotion(c, promotion, "ready");
    await c.enqueue("promotions.execute", { promotionId: promotion.id }, { priority: -20 });
    return { state: next.state, missing: 0 };
  });
  failpoint("K1");
  if (answer.state === "ready") failpoint("K2");
  return answer;
}

/** Possible until execution has begun: afterwards it is too late, and the answer says so. */
export async function withdrawVote(ctx: Context, { promotionId }: { promotionId: string }) {
  const person = asPerson(ctx);
  return change(ctx, async (c) => {
    const promotion = await lockPromotion(c.db, promotionId);
    demand(ctx.actor, "promotions.vote", promotion, READ);
    if (!isIn(promotion.state, WAITING_STATES)) {
      throw new DomainError("TOO_LATE", `It is too late to take the vote back: ${describe(promotion)}.`);
    }
    const withdrawn = await c.db
      .update(votes)
      .set({ voidedAt: c.now, voidReason: "withdrawn by the voter" })
      .where(
        and(
          eq(votes.promotionId, promotion.id),
          eq(votes.revision, promotion.revision),
          eq(votes.personId, person.personId),
          isNull(votes.voidedAt),
        ),
      )
      .returning({ id: votes.id });
    if (withdrawn.length === 0) throw new DomainError("CONFLICT", "You have no vote here to take back.");
    c.audit({
      action: "promotion.vote_withdrawn",
      subject: promotionSubject(promotion),
      after: { revision: promotion.revision },
    });
    if (promotion.state === "ready" && (await missingApprovals(c, promotion)) > 0) {
      return stateOf(await movePromotion(c, promotion, "awaiting_approval"));
    }
    announcePromotion(c, promotion);
    return stateOf(promotion);
  });
}

/** By whoever asked for it, a tech lead or release approver of its scope, or an administrator. */
export async function cancelPromotion(ctx: Context, input: EndPromotion) {
  const person = asPerson(ctx);
  return change(ctx, async (c) => {
    const promotion = await lockPromotion(c.db, input.promotionId);
    demand(ctx.actor, "promotions.cancel", promotion, READ);
    const isOwn = promotion.requestedById === person.personId;
    if (
      !isOwn &&
      !can(ctx.actor, "promotions.resolve", promotion) &&
      !can(ctx.actor, "settings.edit", promotion)
    ) {
      throw forbidden(
        "Only whoever asked for it, a tech lead, a release approver or an administrator can cancel it.",
      );
    }
    if (!isIn(promotion.state, WAITING_STATES)) {
      throw new DomainError("TOO_LATE", `It is too late to cancel: ${describe(promotion)}.`);
    }
    const outcomeText = `${person.name} cancelled it${input.reason ? `: ${input.reason}` : "."}`;
    const next = await movePromotion(
      c,
      promotion,
      "cancelled",
      { outcomeCode: "CANCELLED", outcomeText },
      { reason: input.reason },
    );
    return stateOf(next);
  });
}

/**
 * A failed promotion goes back to its gates and everything is checked again. Votes on the same revision still stand,
 * but for the vote of whoever retries. Refused where the world has moved on: then it is asked for anew.
 */
export async function retryPromotion(ctx: Context, { promotionId }: { promotionId: string }) {
  const person = asPerson(ctx);
  return change(ctx, async (c) => {
    const promotion = await lockPromotion(c.db, promotionId);
    demand(ctx.actor, "promotions.retry", promotion, READ);
    if (promotion.state !== "failed") {
      throw new DomainError("CONFLICT", `Only what has failed can be tried again: ${describe(promotion)}.`);
    }
    await demandOpenPullRequest(c, promotion);
    if (promotion.slotId) await demandUnchangedSlot(c, promotion);
    await addContributors(c, promotion, [{ personId: person.personId, why: "tried it again" }]);
    const next = await movePromotion(
      c,
      promotion,
      "gating",
      {
        attempt: promotion.attempt + 1,
        expiresAt: new Date(
          Math.max(promotion.expiresAt.getTime(), c.now.getTime() + RETRY_HOURS * 3_600_000),
        ),
      },
      { action: "promotion.retried", facts: { attempt: promotion.attempt + 1 } },
    );
    await c.enqueue("promotions.evaluate", { promotionId });
    return stateOf(next);
  });
}

/** What was approved was approved for a slot in which something else ran: after that, people decide again. */
async function demandUnchangedSlot(c: Change, promotion: PromotionRow): Promise<void> {
  if (promotion.kind === "rollback" && promotion.requestedById === null) {
    throw new DomainError(
      "TOO_LATE",
      "Clearway's own rollback is not tried again by hand: ask for a rollback, so that people decide.",
    );
  }
  const last = await deploymentOf(c.db, promotion.id);
  const [slot] = await c.db
    .select({ current: slots.currentDeploymentId, fence: slots.fence })
    .from(slots)
    .where(eq(slots.id, promotion.slotId ?? ""));
  if (last && slot && (slot.current !== last.previousDeploymentId || slot.fence !== last.fence)) {
    throw new DomainError(
      "TOO_LATE",
      "Something else has been deployed there since. Ask for a new promotion.",
    );
  }
}

async function demandOpenPullRequest(c: Change, { pullRequestId }: PromotionRow): Promise<void> {
  if (!pullRequestId) return;
  const [row] = await c.db
    .select({ state: pullRequests.state })
    .from(pullRequests)
    .where(eq(pullRequests.id, pullRequestId));
  if (row?.state !== "open") throw new DomainError("TOO_LATE", "Its pull request is no longer open.");
}

/** Ends waiting promotions for a reason of their subject's own, such as a closed pull request. */
export async function cancelWaiting(c: Change, found: PromotionRow[], outcomeText: string): Promise<void> {
  for (const promotion of found) {
    await movePromotion(c, promotion, "cancelled", { outcomeCode: "CANCELLED", outcomeText });
  }
}

/** The subject digest of the present revision: what a vote on it must carry. */
export async function readSubjectDigest(c: Pick<Context, "db">, promotion: PromotionRow): Promise<string> {
  const [row] = await c.db
    .select({ digest: promotionRevisions.subjectDigest })
    .from(promotionRevisions)
    .where(
      and(
        eq(promotionRevisions.promotionId, promotion.id),
        inArray(promotionRevisions.revision, [promotion.revision]),
      ),
    );
  return row?.digest ?? "";
}

function closed(promotion: PromotionRow): DomainError {
  return new DomainError("APPROVAL_CLOSED", `Nothing is left to decide: ${describe(promotion)}.`, {
    state: promotion.state,
  });
}

const NOW: Record<PromotionState, string> = {
  gating: "it waits at its gates",
  awaiting_approval: "it waits for approval",
  ready: "it has its approvals and is about to start",
  executing: "it is being carried out",
  verifying: "it is being verified",
  unknown: "its outcome is being found out",
  succeeded: "it is done",
  failed: "it has failed",
  rolling_back: "it is being rolled back",
  rolled_back: "it was rolled back",
  needs_human: "it waits for a person to say how it ended",
  rejected: "it was rejected",
  cancelled: "it was cancelled",
  superseded: "a newer request has replaced it",
  expired: "it expired",
};

export function describe(promotion: PromotionRow): string {
  return NOW[promotion.state];
}

export function stateOf(promotion: PromotionRow): { state: PromotionState } {
  return { state: promotion.state };
}
