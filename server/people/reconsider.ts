import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { promotionGates, promotions, votes } from "@/db/schema";
import { WAITING_STATES } from "@/domain/promotions/status";
import type { Change } from "../audit/change";
import { addressKey } from "./addresses";

/**
 * Waiting promotions on which these people voted are looked at again: what their votes count may have changed with
 * their roles. The database counts anew when a promotion starts, whatever happens here.
 */
export async function reconsiderVotes(c: Change, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return;
  const rows = await c.db
    .selectDistinct({ id: promotions.id })
    .from(votes)
    .innerJoin(promotions, eq(promotions.id, votes.promotionId))
    .where(
      and(
        inArray(votes.personId, [...personIds]),
        isNull(votes.voidedAt),
        eq(votes.revision, promotions.revision),
        inArray(promotions.state, [...WAITING_STATES]),
      ),
    );
  for (const { id } of rows) await c.enqueue("promotions.evaluate", { promotionId: id }, { priority: -10 });
}

/** An address has become somebody's: promotions that wait because nobody knew whose it was are looked at again. */
export async function reconsiderAuthors(c: Change, address: string): Promise<void> {
  const rows = await c.db
    .select({ id: promotions.id })
    .from(promotionGates)
    .innerJoin(
      promotions,
      and(eq(promotions.id, promotionGates.promotionId), eq(promotions.revision, promotionGates.revision)),
    )
    .where(
      and(
        eq(promotions.state, "gating"),
        eq(promotionGates.key, "contributors_known"),
        eq(promotionGates.status, "fail"),
        sql`${promotionGates.facts}->'unknown' ? ${addressKey(address)}`,
      ),
    );
  for (const { id } of rows) await c.enqueue("promotions.evaluate", { promotionId: id }, { priority: -10 });
}
