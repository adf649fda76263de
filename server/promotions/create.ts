import { and, eq, inArray, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { promotionContributors, promotionRevisions, promotions } from "@/db/schema";
import { conflict } from "@/domain/errors";
import { type PromotionState, WAITING_STATES } from "@/domain/promotions/status";
import type { Change } from "../audit/change";
import type { PolicyRow } from "../policies/queries";
import type { Contribution } from "./contributors";
import { announcePromotion, movePromotion, promotionSubject } from "./move";
import type { PromotionRow } from "./rows";

type NewPromotion = Omit<typeof promotions.$inferInsert, "expiresAt" | "number" | "state">;
export type Subject = {
  sourceSha: string;
  boundTargetSha: string | null;
  releaseDigest: string | null;
  contributors: Contribution[];
  unknownContributors: string[];
};

/** A promotion with its first revision, at its gates. Whoever asks for it is a contributor. Refused where the same waits already. */
export async function createPromotion(
  c: Change,
  values: NewPromotion,
  policy: PolicyRow,
  subject: Subject,
): Promise<PromotionRow> {
  if (values.slotId) {
    await lockRequests(c.db, values.slotId);
    await demandNew(c.db, values);
  }
  const expiresAt = new Date(c.now.getTime() + policy.rules.expiresAfterHours * 3_600_000);
  const [promotion] = await c.db
    .insert(promotions)
    .values({ ...values, expiresAt, createdAt: c.now, updatedAt: c.now })
    .returning();
  if (!promotion) throw new Error("insert returned no row");
  const requester = values.requestedById ? [{ personId: values.requestedById, why: "requested" }] : [];
  await addRevision(
    c,
    promotion,
    1,
    policy,
    { ...subject, contributors: [...requester, ...subject.contributors] },
    "requested",
  );
  c.audit({
    action: "promotion.requested",
    subject: promotionSubject(promotion),
    after: {
      kind: promotion.kind,
      revision: 1,
      sourceSha: subject.sourceSha,
      releaseDigest: subject.releaseDigest,
      policy: `${policy.key} v${policy.version}`,
      ...(promotion.kind === "rollback" ? { withdrawsRelease: promotion.withdrawsRelease } : {}),
    },
    reason: values.reason ?? undefined,
  });
  announcePromotion(c, promotion);
  await c.enqueue("promotions.evaluate", { promotionId: promotion.id }, { priority: -10 });
  return promotion;
}

/** "CWSL". Until the end of the transaction: two requests for one slot at once would not see that one replaces the other. */
async function lockRequests(tx: Transaction, slotId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${0x43_57_53_4c}, hashtext(${slotId}))`);
}

/** What is decided on from now on. Contributors are only ever added: who once had a hand in it stays one. */
export async function addRevision(
  c: Change,
  promotion: PromotionRow,
  revision: number,
  policy: PolicyRow,
  subject: Subject,
  reason: string,
): Promise<void> {
  await c.db.insert(promotionRevisions).values({
    promotionId: promotion.id,
    revision,
    sourceSha: subject.sourceSha,
    boundTargetSha: subject.boundTargetSha,
    releaseDigest: subject.releaseDigest,
    policyId: policy.id,
    rules: policy.rules,
    unknownContributors: subject.unknownContributors,
    reason,
    createdAt: c.now,
  });
  await addContributors(c, promotion, subject.contributors);
}

/** Returns those that were not known yet. */
export async function addContributors(c: Change, promotion: PromotionRow, contributors: Contribution[]) {
  if (contributors.length === 0) return [];
  return c.db
    .insert(promotionContributors)
    .values(contributors.map((one) => ({ promotionId: promotion.id, ...one })))
    .onConflictDoNothing()
    .returning();
}

/** Those who are found later: what it brings has changed since, or an address has become somebody's. Their votes end. */
export async function addFoundContributors(
  c: Change,
  promotion: PromotionRow,
  contributors: Contribution[],
): Promise<void> {
  const found = await addContributors(c, promotion, contributors);
  if (found.length === 0) return;
  c.audit({
    action: "promotion.contributors_found",
    subject: promotionSubject(promotion),
    after: { contributors: found.map(({ personId, why }) => ({ personId, why })) },
  });
  announcePromotion(c, promotion);
}

/** Who asks for what waits there already is told its number, instead of ending it with the votes that it has. */
async function demandNew(tx: Transaction, values: NewPromotion): Promise<void> {
  const { kind, slotId, releaseId, requestedById, withdrawsRelease = true } = values;
  // Clearway's own way back begins at once, whatever rollback people are still deciding on.
  if (!slotId || !releaseId || (kind === "rollback" && !requestedById)) return;
  const [same] = await tx
    .select({ number: promotions.number, state: promotions.state })
    .from(promotions)
    .where(
      and(
        eq(promotions.slotId, slotId),
        eq(promotions.releaseId, releaseId),
        eq(promotions.kind, kind),
        eq(promotions.withdrawsRelease, withdrawsRelease),
        inArray(promotions.state, [...WAITING_STATES]),
      ),
    )
    .limit(1);
  if (!same) return;
  throw conflict(`#${same.number} asks for this already and ${waitsFor(same.state)}.`, {
    promotionNumber: same.number,
  });
}

function waitsFor(state: PromotionState): string {
  if (state === "awaiting_approval") return "waits for approval";
  return state === "ready" ? "starts when the slot is free" : "waits at its gates";
}

/**
 * The newer request replaces older ones that still wait for the same slot, or for the same pull request's branches.
 * `asks`: what the newer one asks for, for those who find the older one ended.
 */
export async function supersedeOlder(c: Change, newer: PromotionRow, asks: string): Promise<void> {
  const same = newer.slotId
    ? eq(promotions.slotId, newer.slotId)
    : and(
        eq(promotions.repositoryId, newer.repositoryId),
        eq(promotions.sourceBranch, newer.sourceBranch ?? ""),
        eq(promotions.targetBranch, newer.targetBranch ?? ""),
      );
  const older = await c.db
    .select()
    .from(promotions)
    .where(
      and(
        same,
        eq(promotions.kind, newer.kind),
        inArray(promotions.state, [...WAITING_STATES]),
        sql`${promotions.number} < ${newer.number}`,
      ),
    )
    .orderBy(promotions.number)
    .for("update");
  for (const one of older) {
    await movePromotion(c, one, "superseded", {
      supersededById: newer.id,
      outcomeCode: "SUPERSEDED",
      outcomeText: `#${newer.number} ${asks}.`,
    });
  }
}
