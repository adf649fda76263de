import { and, eq, inArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { components, deployments, environments, releaseArtifacts, releases, slots } from "@/db/schema";
import { ACTIVE_DEPLOYMENT_STATES } from "@/domain/deployments/status";
import { DomainError } from "@/domain/errors";

export type DeploymentRow = typeof deployments.$inferSelect;

/** Everything one installation needs to know; the release's own sealed definition decides how health is checked. */
export async function readInstallationOrder(db: Db, slotId: string, releaseId: string) {
  const [row] = await db
    .select({
      slot: slots,
      component: components,
      environment: environments,
      release: releases,
      artifact: releaseArtifacts,
    })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .innerJoin(environments, eq(environments.id, slots.environmentId))
    .innerJoin(releases, eq(releases.id, sql`${releaseId}::uuid`))
    .innerJoin(
      releaseArtifacts,
      and(eq(releaseArtifacts.releaseId, releases.id), eq(releaseArtifacts.componentId, slots.componentId)),
    )
    .where(eq(slots.id, slotId));
  if (!row) throw new DomainError("INVALID", "The release has no artifact for this slot.");
  return row;
}

export type InstallationOrder = Awaited<ReturnType<typeof readInstallationOrder>>;

/** The deployment that holds the slot right now. */
export async function activeDeployment(db: Db, slotId: string): Promise<DeploymentRow | null> {
  const [row] = await db
    .select()
    .from(deployments)
    .where(and(eq(deployments.slotId, slotId), inArray(deployments.state, [...ACTIVE_DEPLOYMENT_STATES])));
  return row ?? null;
}

export async function readDeployment(db: Db, id: string | null): Promise<DeploymentRow | null> {
  if (!id) return null;
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
  return row ?? null;
}

/** The promotion's newest deployment. */
export async function deploymentOf(db: Db, promotionId: string): Promise<DeploymentRow | null> {
  const [row] = await db
    .select()
    .from(deployments)
    .where(eq(deployments.promotionId, promotionId))
    .orderBy(sql`${deployments.attempt} desc`)
    .limit(1);
  return row ?? null;
}
