import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { promotions, releases } from "@/db/schema";
import { DomainError, invalid, notFound } from "@/domain/errors";
import { WAITING_STATES } from "@/domain/promotions/status";
import type { WithdrawRelease } from "@/domain/releases/input";
import { type Change, change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { asPerson } from "../promotions/as-person";
import { movePromotion } from "../promotions/move";

type Release = typeof releases.$inferSelect;

/**
 * Once and for good: it is promoted nowhere again, and what waits for it is cancelled. Where it runs it goes on running.
 * This is also what makes a rollback stick: nothing brings the same release back by itself.
 */
export async function withdraw(
  c: Change,
  release: Pick<Release, "id" | "version" | "productId">,
  reason: string,
): Promise<{ cancelled: number }> {
  // Promotions before their release, as everybody who starts one locks them.
  await waitingFor(c, release.id);
  const [row] = await c.db
    .update(releases)
    .set({
      withdrawnAt: c.now,
      withdrawnReason: reason,
      withdrawnById: c.actor.kind === "person" ? c.actor.personId : null,
    })
    .where(and(eq(releases.id, release.id), isNull(releases.withdrawnAt)))
    .returning();
  if (!row) return { cancelled: 0 };
  const waiting = await waitingFor(c, release.id);
  for (const promotion of waiting) {
    await movePromotion(c, promotion, "cancelled", {
      outcomeCode: "RELEASE_WITHDRAWN",
      outcomeText: `${release.version} was withdrawn: ${reason}`,
    });
  }
  c.audit({
    action: "release.withdrawn",
    subject: { type: "release", id: release.id, label: release.version, productId: release.productId },
    after: { withdrawnReason: reason, cancelled: waiting.map(({ number }) => number) },
    reason,
  });
  c.announce({ topic: "releases", id: release.id, productId: release.productId });
  return { cancelled: waiting.length };
}

/** Locked. A rollback by Clearway itself is left alone: it has begun, and what it undoes waits for it. */
function waitingFor(c: Change, releaseId: string) {
  return c.db
    .select()
    .from(promotions)
    .where(isWaitingFor(releaseId))
    .orderBy(promotions.number)
    .for("update");
}

/** The promotions that withdrawing it cancels. */
export function isWaitingFor(releaseId: string) {
  return and(
    eq(promotions.releaseId, releaseId),
    inArray(promotions.state, [...WAITING_STATES]),
    sql`not (${promotions.kind} = 'rollback' and ${promotions.requestedById} is null)`,
  );
}

/** By a person, who types the version: there is no way back. */
export async function withdrawRelease(ctx: Context, input: WithdrawRelease) {
  asPerson(ctx);
  return change(ctx, async (c) => {
    const [release] = await c.db.select().from(releases).where(eq(releases.id, input.releaseId));
    if (!release) throw notFound("release");
    const told = { noun: "release", read: "releases.read" } as const;
    demand(ctx.actor, "releases.withdraw", { productId: release.productId }, told);
    if (!release.sealedAt) throw invalid("It is still being built: there is nothing to withdraw.");
    if (release.withdrawnAt) {
      throw new DomainError(
        "RELEASE_WITHDRAWN",
        `${release.version} was withdrawn already: ${release.withdrawnReason}`,
      );
    }
    if (input.version !== release.version) {
      throw invalid(`Type the version that is withdrawn, ${release.version}, to confirm.`);
    }
    return withdraw(c, release, input.reason);
  });
}
