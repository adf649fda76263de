import { and, asc, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { environments, policies, promotionRevisions, promotions, releases, slots } from "@/db/schema";
import { DomainError } from "@/domain/errors";
import { WAITING_STATES } from "@/domain/promotions/status";
import { advisoryLock } from "../advisory-lock";
import { change } from "../audit/change";
import type { Context } from "../context";
import { requestDeployment } from "../promotions/request";
import { readDeployment } from "./rows";

/** Expected refusals of an automatic request: the state has moved on meanwhile, which is nobody's fault. */
const MOVED_ON = ["CONFLICT", "RELEASE_WITHDRAWN", "ENVIRONMENT_CLOSED", "ENVIRONMENT_RETIRED"];

/** So many jobs a transaction: it stays short. */
const BATCH = 200;

/** By slot and release, "CWAR": two that lead on to the same slot do not both find that nobody has asked. */
const withRequestLock = advisoryLock(0x43_57_41_52, 1);

/** A verified deployment leads on: to the next environment where its policy says so, and to whatever waited for it. */
export async function followDeployment(
  ctx: Context,
  { deploymentId }: { deploymentId: string },
): Promise<void> {
  const deployment = await readDeployment(ctx.db, deploymentId);
  if (!deployment) return;
  const [at] = await ctx.db
    .select({ slot: slots, environment: environments, repositoryId: releases.repositoryId })
    .from(slots)
    .innerJoin(environments, eq(environments.id, slots.environmentId))
    .innerJoin(releases, eq(releases.id, deployment.releaseId))
    .where(eq(slots.id, deployment.slotId));
  if (!at) return;
  await evaluateWaiting(ctx, {
    releaseId: deployment.releaseId,
    repositoryId: at.repositoryId,
    environment: at.environment.key,
  });
  if (deployment.state !== "live") return;
  await requestAutomatically(ctx, deployment.releaseId, at.slot.componentId, at.environment.position);
}

/** Asks for the deployment of one component in the next environment after `position`, if that is automatic there. */
export async function requestAutomatically(
  ctx: Context,
  releaseId: string,
  componentId: string,
  position: number,
): Promise<void> {
  const next = await nextAutomaticSlot(ctx.db, componentId, position);
  if (!next) return;
  await withRequestLock(ctx.db, `${next}:${releaseId}`, () => requestOnce(ctx, releaseId, next));
}

async function requestOnce(ctx: Context, releaseId: string, slotId: string): Promise<void> {
  const [existing] = await ctx.db
    .select({ id: promotions.id })
    .from(promotions)
    .where(
      and(eq(promotions.slotId, slotId), eq(promotions.releaseId, releaseId), eq(promotions.kind, "deploy")),
    )
    .limit(1);
  if (existing) return;
  try {
    await requestDeployment(ctx, { releaseId, slotIds: [slotId] });
  } catch (error) {
    if (!(error instanceof DomainError) || !MOVED_ON.includes(error.code)) throw error;
  }
}

async function nextAutomaticSlot(db: Db, componentId: string, position: number): Promise<string | null> {
  const [row] = await db
    .select({ slotId: slots.id, rules: policies.rules, isPerClient: environments.isPerClient })
    .from(environments)
    .innerJoin(policies, eq(policies.id, environments.policyId))
    .leftJoin(
      slots,
      and(
        eq(slots.environmentId, environments.id),
        eq(slots.componentId, componentId),
        isNull(slots.clientId),
      ),
    )
    .where(and(gt(environments.position, position), isNull(environments.retiredAt)))
    .orderBy(asc(environments.position))
    .limit(1);
  return row?.rules.deploysAutomatically ? (row.slotId ?? null) : null;
}

/** Deployments of this release, and merges that want their tree verified where it was deployed. */
async function evaluateWaiting(
  ctx: Context,
  { releaseId, repositoryId, environment }: { releaseId: string; repositoryId: string; environment: string },
): Promise<void> {
  const waiting = await ctx.db
    .select({ id: promotions.id })
    .from(promotions)
    .innerJoin(
      promotionRevisions,
      and(
        eq(promotionRevisions.promotionId, promotions.id),
        eq(promotionRevisions.revision, promotions.revision),
      ),
    )
    .where(
      and(
        eq(promotions.repositoryId, repositoryId),
        inArray(promotions.state, [...WAITING_STATES]),
        or(
          eq(promotions.releaseId, releaseId),
          and(
            eq(promotions.kind, "merge"),
            sql`${promotionRevisions.rules}->'verifiedIn' ? ${environment}::text`,
          ),
        ),
      ),
    )
    .orderBy(promotions.number);
  for (let from = 0; from < waiting.length; from += BATCH) {
    await change(ctx, async (c) => {
      for (const { id } of waiting.slice(from, from + BATCH))
        await c.enqueue("promotions.evaluate", { promotionId: id });
    });
  }
}
