import { and, desc, eq, inArray, isNull, max, sql } from "drizzle-orm";
import {
  clients,
  components,
  deploymentChecks,
  deployments,
  people,
  promotions,
  releases,
  repositories,
  slotHolds,
  slots,
} from "@/db/schema";
import { can } from "@/domain/permissions";
import { schemaAllows } from "@/domain/promotions/decide";
import { WAITING_STATES } from "@/domain/promotions/status";
import { demand, inScope } from "../auth/scope";
import type { Context } from "../context";
import { policyForEnvironment } from "../policies/queries";
import { installedUnverified, readSlot } from "../promotions/request";
import { readLeaving } from "../releases/leaving";
import { readEnvironments, readReleasesFor } from "./matrix";
import { readHolds } from "./read-hold";
import { readRejections } from "./rejections";

const HISTORY = 50;
const ROLLBACKS = 20;

/** One slot: what runs, what waits, what ran before, and what can be promoted or rolled back to, with the reasons why not. */
export async function getSlot(ctx: Context, { slotId }: { slotId: string }) {
  const to = await readSlot(ctx.db, slotId);
  const scope = {
    productId: to.component.productId,
    clientId: to.slot.clientId,
    environmentId: to.environment.id,
  };
  demand(ctx.actor, "environments.read", scope, { noun: "slot", read: "environments.read" });
  const [
    history,
    earlier,
    waiting,
    candidates,
    policy,
    siblings,
    repository,
    places,
    holds,
    together,
    unverified,
    rejections,
  ] = await Promise.all([
    readHistory(ctx, slotId),
    readEarlierReleases(ctx, slotId),
    readWaiting(ctx, slotId),
    readReleasesFor(ctx, to.component.id, slotId),
    policyForEnvironment(ctx.db, to.environment.id),
    readSiblings(ctx, to.component.repositoryId, to.environment.id, to.slot.clientId),
    readRepository(ctx, to.component.repositoryId),
    readEnvironments(ctx),
    readHolds(ctx.db, slotId),
    readHeldTogether(ctx, to.environment.id),
    installedUnverified(ctx.db, to),
    readRejections(ctx.db, slotId),
  ]);
  const currentReleaseId = to.current?.releaseId ?? null;
  const leavingId = (unverified ?? to.current)?.releaseId ?? null;
  const isEverywhereTold = can(ctx.actor, "releases.withdraw", { productId: scope.productId });
  const leaving = leavingId
    ? await readLeaving(ctx.db, { releaseId: leavingId, slotId, isEverywhereTold })
    : null;
  return {
    slot: to.slot,
    component: {
      id: to.component.id,
      key: to.component.key,
      name: to.component.name,
      scope: to.component.scope,
    },
    environment: {
      key: to.environment.key,
      name: to.environment.name,
      isProduction: to.environment.isProduction,
      retiredAt: to.environment.retiredAt,
      retiredReason: to.environment.retiredReason,
    },
    /** Newest first; the first is in force when it has not been released. */
    holds,
    /** The slots of the same environment that the reader may hold, this one among them. */
    holdable: together.map(({ componentId, ...one }) => ({
      ...one,
      isSameComponent: componentId === to.component.id,
    })),
    client: to.client && { key: to.client.key, name: to.client.name },
    repository,
    environmentNames: places.map(({ key, name }) => ({ key, name })),
    policy: policy && { name: policy.name, version: policy.version, rules: policy.rules },
    current: history.find((one) => one.id === to.slot.currentDeploymentId) ?? null,
    history,
    rejections,
    waiting,
    siblings,
    releases: candidates.map((release) => ({
      ...release,
      verifiedIn: places.map(({ name }) => name).filter((name) => release.verifiedIn.includes(name)),
      isCurrent: release.id === currentReleaseId,
      rejected: rejections.find((one) => one.releaseId === release.id && one.isLast) ?? null,
      obstacles: obstacles(release, to.slot.schemaVersion, policy?.rules ?? null, places),
    })),
    rollbackTo: earlier
      // Where a check failed, what was live before is something to go back to.
      .filter((release) => unverified !== null || release.id !== currentReleaseId)
      .slice(0, ROLLBACKS)
      .map((release) => ({
        id: release.id,
        version: release.version,
        sealedAt: release.sealedAt,
        /** When it was last found to run here. */
        ranAt: release.ranAt,
        obstacle: release.withdrawnAt
          ? `Withdrawn: ${release.withdrawnReason}`
          : schemaAllows(release, to.slot.schemaVersion)
            ? null
            : `Works with schema ${release.schemaMin} to ${release.schemaMax}; ${to.slot.schemaVersion} is live`,
      })),
    /** What a rollback takes out of the slot; what withdrawing it would mean elsewhere, for those who may. */
    leaving,
    you: {
      canPromote: can(
        ctx.actor,
        to.environment.isProduction ? "promotions.requestProduction" : "promotions.request",
        scope,
      ),
      canRollBack: can(ctx.actor, "rollbacks.request", scope),
      canHold: can(ctx.actor, "slots.hold", scope),
    },
  };
}

type Candidate = Awaited<ReturnType<typeof readReleasesFor>>[number];
type Rules = NonNullable<Awaited<ReturnType<typeof policyForEnvironment>>>["rules"];

/** What its gates would say; the promotion can be asked for all the same where it may still become true. */
function obstacles(
  release: Candidate,
  liveSchema: number,
  rules: Rules | null,
  places: readonly { key: string; name: string }[],
): string[] {
  const found: string[] = [];
  if (!rules) found.push("The environment is closed: no policy is bound to it");
  if (release.withdrawnAt) found.push(`Withdrawn: ${release.withdrawnReason}`);
  for (const { key, name } of places) {
    if (rules?.verifiedIn.includes(key) && !release.verifiedIn.includes(name)) {
      found.push(`Not verified in ${name} yet`);
    }
  }
  if (rules?.requiresMaster && !release.isOnMaster) found.push("Not on master yet");
  if (!schemaAllows(release, liveSchema)) {
    found.push(`Works with schema ${release.schemaMin} to ${release.schemaMax}; ${liveSchema} is live`);
  }
  return found;
}

async function readHistory(ctx: Context, slotId: string) {
  const rows = await ctx.db
    .select({
      id: deployments.id,
      number: deployments.number,
      state: deployments.state,
      releaseId: releases.id,
      version: releases.version,
      artifactSha256: deployments.artifactSha256,
      outcomeText: deployments.outcomeText,
      createdAt: deployments.createdAt,
      finishedAt: deployments.finishedAt,
      promotionNumber: promotions.number,
      promotionKind: promotions.kind,
      promotionState: promotions.state,
      requestedBy: people.name,
    })
    .from(deployments)
    .innerJoin(releases, eq(releases.id, deployments.releaseId))
    .innerJoin(promotions, eq(promotions.id, deployments.promotionId))
    .leftJoin(people, eq(people.id, promotions.requestedById))
    .where(eq(deployments.slotId, slotId))
    .orderBy(desc(deployments.fence))
    .limit(HISTORY);
  const checks = rows.length
    ? await ctx.db
        .select()
        .from(deploymentChecks)
        .where(
          inArray(
            deploymentChecks.deploymentId,
            rows.map((row) => row.id),
          ),
        )
        .orderBy(deploymentChecks.attempt)
    : [];
  return rows.map((row) => ({ ...row, checks: checks.filter((check) => check.deploymentId === row.id) }));
}

/** What ran here before, newest first, each once: however old, it can be gone back to. One more, for what runs again. */
function readEarlierReleases(ctx: Context, slotId: string) {
  return ctx.db
    .select({
      id: releases.id,
      version: releases.version,
      withdrawnAt: releases.withdrawnAt,
      withdrawnReason: releases.withdrawnReason,
      schemaMin: releases.schemaMin,
      schemaMax: releases.schemaMax,
      sealedAt: releases.sealedAt,
      ranAt: max(deployments.verifyingAt),
    })
    .from(deployments)
    .innerJoin(releases, eq(releases.id, deployments.releaseId))
    .where(
      and(eq(deployments.slotId, slotId), inArray(deployments.state, ["live", "superseded", "rolled_back"])),
    )
    .groupBy(releases.id)
    .orderBy(desc(max(deployments.fence)))
    .limit(ROLLBACKS + 1);
}

function readWaiting(ctx: Context, slotId: string) {
  return ctx.db
    .select({
      number: promotions.number,
      kind: promotions.kind,
      state: promotions.state,
      title: promotions.title,
      outcomeCode: promotions.outcomeCode,
      outcomeText: promotions.outcomeText,
      createdAt: promotions.createdAt,
    })
    .from(promotions)
    .where(
      and(
        eq(promotions.slotId, slotId),
        inArray(promotions.state, [
          ...WAITING_STATES,
          "executing",
          "verifying",
          "unknown",
          "rolling_back",
          "needs_human",
        ]),
      ),
    )
    .orderBy(desc(promotions.number))
    .limit(20);
}

/** The other slots of the same repository in the same place: they are usually promoted together. */
function readSiblings(ctx: Context, repositoryId: string, environmentId: string, clientId: string | null) {
  return ctx.db
    .select({
      slotId: slots.id,
      componentKey: components.key,
      clientName: clients.name,
      releaseId: releases.id,
      version: releases.version,
    })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .leftJoin(clients, eq(clients.id, slots.clientId))
    .leftJoin(deployments, eq(deployments.id, slots.currentDeploymentId))
    .leftJoin(releases, eq(releases.id, deployments.releaseId))
    .where(
      and(
        eq(components.repositoryId, repositoryId),
        eq(slots.environmentId, environmentId),
        inScope(ctx.actor, "environments.read", {
          productId: components.productId,
          clientId: slots.clientId,
          environmentId: slots.environmentId,
        }),
        clientId
          ? sql`(${slots.clientId} = ${clientId}::uuid or ${slots.clientId} is null)`
          : sql`${slots.clientId} is null`,
      ),
    )
    .orderBy(components.position, components.key, slots.id);
}

function readHeldTogether(ctx: Context, environmentId: string) {
  return ctx.db
    .select({
      slotId: slots.id,
      componentId: components.id,
      isHeld: sql<boolean>`${slotHolds.id} is not null`,
    })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .leftJoin(slotHolds, and(eq(slotHolds.slotId, slots.id), isNull(slotHolds.releasedAt)))
    .where(
      and(
        eq(slots.environmentId, environmentId),
        isNull(slots.endedAt),
        inScope(ctx.actor, "slots.hold", {
          productId: components.productId,
          clientId: slots.clientId,
          environmentId: slots.environmentId,
        }),
      ),
    )
    .orderBy(slots.id)
    .limit(500);
}

/** Where it is built from. Null for those who may open no release of it: their roles are on one client or environment. */
async function readRepository(ctx: Context, repositoryId: string) {
  const [row] = await ctx.db
    .select({ key: repositories.key, productId: repositories.productId })
    .from(repositories)
    .where(
      and(
        eq(repositories.id, repositoryId),
        inScope(ctx.actor, "releases.read", { productId: repositories.productId }),
      ),
    );
  return row ? { key: row.key, mayOpen: can(ctx.actor, "repositories.read", row) } : null;
}
