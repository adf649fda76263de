import { and, desc, eq, inArray, isNotNull, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { clients, components, deployments, environments, releases, repositories, slots } from "@/db/schema";
import { DomainError, forbidden, notFound } from "@/domain/errors";
import { parseSha } from "@/domain/git/sha";
import type { ResourceScope } from "@/domain/people/actor";
import { can } from "@/domain/permissions";
import { schemaAllows } from "@/domain/promotions/decide";
import type { RequestDeployment, RequestRollback } from "@/domain/promotions/input";
import { change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { policyForEnvironment } from "../policies/queries";
import { repositoryDirectory } from "../repositories/location";
import { readContributors } from "./contributors";
import { createPromotion, supersedeOlder } from "./create";

/** A slot with what its promotion is about, and what runs there. */
export async function readSlot(db: Db, slotId: string) {
  const [row] = await db
    .select({
      slot: slots,
      component: components,
      environment: environments,
      client: clients,
      current: deployments,
    })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .innerJoin(environments, eq(environments.id, slots.environmentId))
    .leftJoin(clients, eq(clients.id, slots.clientId))
    .leftJoin(deployments, eq(deployments.id, slots.currentDeploymentId))
    .where(eq(slots.id, slotId));
  if (!row) throw notFound("slot");
  return row;
}

export type LoadedSlot = Awaited<ReturnType<typeof readSlot>>;

async function readRelease(db: Db, releaseId: string) {
  const [row] = await db
    .select({ release: releases, repository: repositories })
    .from(releases)
    .innerJoin(repositories, eq(repositories.id, releases.repositoryId))
    .where(eq(releases.id, releaseId));
  if (!row) throw notFound("release");
  return row;
}

/** A release for slots that the actor may act on. One of another product is not theirs to know of. */
async function releaseFor(db: Db, releaseId: string, wanted: readonly LoadedSlot[]) {
  const found = await readRelease(db, releaseId);
  if (wanted.some(({ component }) => component.productId !== found.release.productId))
    throw notFound("release");
  return found;
}

/** What a slot belongs to: never what is to be put there, which whoever asks has chosen. */
function scopeOfSlot({ component, slot, environment }: LoadedSlot): ResourceScope {
  return { productId: component.productId, clientId: slot.clientId, environmentId: environment.id };
}

/** "payments-api 2026.21.4 to Acme production" */
export function deploymentTitle(to: LoadedSlot, version: string): string {
  return `${to.component.key} ${version} to ${slotName(to)}`;
}

export function slotName(to: Pick<LoadedSlot, "environment" | "client">): string {
  return to.client ? `${to.client.name} ${to.environment.name}` : to.environment.name;
}

/**
 * One promotion per slot; all of them or none. Another release replaces one that still waits for the same slot; the same
 * release is refused with CONFLICT, whose facts name the `promotionNumber` that waits.
 */
export async function requestDeployment(ctx: Context, input: RequestDeployment) {
  // In one order for everybody: two requests for the same slots wait for each other instead of deadlocking.
  const wanted = await Promise.all([...new Set(input.slotIds)].sort().map((id) => readSlot(ctx.db, id)));
  for (const to of wanted) {
    const permission = to.environment.isProduction ? "promotions.requestProduction" : "promotions.request";
    demand(ctx.actor, permission, scopeOfSlot(to), { noun: "slot", read: "environments.read" });
  }
  const { release, repository } = await releaseFor(ctx.db, input.releaseId, wanted);
  const subjects: ({ to: LoadedSlot } & Awaited<ReturnType<typeof subjectOf>>)[] = [];
  for (const to of wanted) subjects.push({ to, ...(await subjectOf(ctx, to, release, repository)) });
  return change(ctx, async (c) => {
    const requested = [];
    for (const { to, policy, contributors, unknown } of subjects) {
      const promotion = await createPromotion(
        c,
        {
          kind: "deploy",
          title: deploymentTitle(to, release.version),
          productId: release.productId,
          repositoryId: release.repositoryId,
          environmentId: to.environment.id,
          clientId: to.slot.clientId,
          slotId: to.slot.id,
          releaseId: release.id,
          requestedById: ctx.actor.kind === "person" ? ctx.actor.personId : null,
          reason: input.reason || null,
        },
        policy,
        {
          sourceSha: release.sourceSha,
          boundTargetSha: null,
          releaseDigest: release.digest,
          contributors,
          unknownContributors: unknown,
        },
      );
      await supersedeOlder(c, promotion, `asks for ${release.version} here instead`);
      requested.push({ id: promotion.id, number: promotion.number });
    }
    return requested;
  });
}

function demandInUse({ environment }: LoadedSlot): void {
  if (!environment.retiredAt) return;
  throw new DomainError(
    "ENVIRONMENT_RETIRED",
    `${environment.name} was retired: ${environment.retiredReason}`,
  );
}

async function subjectOf(
  ctx: Context,
  to: LoadedSlot,
  release: typeof releases.$inferSelect,
  repository: typeof repositories.$inferSelect,
) {
  demandInUse(to);
  const policy = await policyForEnvironment(ctx.db, to.environment.id);
  if (!policy) {
    throw new DomainError(
      "ENVIRONMENT_CLOSED",
      `${to.environment.name} is closed: no policy is bound to it yet.`,
    );
  }
  if (release.withdrawnAt) {
    throw new DomainError(
      "RELEASE_WITHDRAWN",
      `${release.version} was withdrawn: ${release.withdrawnReason}`,
    );
  }
  const running = to.current ? await readRelease(ctx.db, to.current.releaseId) : null;
  if (running?.release.id === release.id && !(await installedUnverified(ctx.db, to))) {
    throw new DomainError("CONFLICT", `${release.version} runs in ${slotName(to)} already.`);
  }
  const directory = repositoryDirectory(ctx, repository);
  const people = await readContributors(ctx.db, directory, repository.id, {
    include: [parseSha(release.sourceSha)],
    exclude: running ? [parseSha(running.release.sourceSha)] : [],
  });
  return { policy, contributors: people.known, unknown: people.unknown };
}

/** A deployment that got no answer and was given up by a person: it may have been carried out all the same. */
const wasGivenUp = sql`exists (select 1 from operations o join promotions p on p.id = o.promotion_id
  where p.id = deployments.promotion_id and p.kind = 'deploy' and o.result->>'settledBy' = 'person')`;

/**
 * What stands in the slot, or may stand there, although it was never verified: its check failed, or nobody knows whether it
 * was installed, after what is known to be live. Null when what is live is what stands there. What was tried since and did
 * not come to be installed, such as Clearway's own way back, has not replaced it.
 */
export async function installedUnverified(db: Db, to: LoadedSlot) {
  const [newest] = await db
    .select()
    .from(deployments)
    .where(and(eq(deployments.slotId, to.slot.id), or(isNotNull(deployments.verifyingAt), wasGivenUp)))
    .orderBy(desc(deployments.fence))
    .limit(1);
  return newest?.state === "failed" ? newest : null;
}

/** Back to a release that was live in the slot before. Refused before anything is touched where the schema forbids it. */
export async function requestRollback(ctx: Context, input: RequestRollback) {
  const to = await readSlot(ctx.db, input.slotId);
  demand(ctx.actor, "rollbacks.request", scopeOfSlot(to), { noun: "slot", read: "environments.read" });
  const { release, repository } = await releaseFor(ctx.db, input.releaseId, [to]);
  // A slot's own roles may be of one client: what goes for every client takes the role on the product.
  if (input.withdrawsRelease && !can(ctx.actor, "releases.withdraw", { productId: to.component.productId })) {
    throw forbidden(
      "Withdrawing it everywhere takes a tech lead or release approver of the whole product. Ask for it only out of this slot.",
    );
  }
  demandInUse(to);
  const policy = await policyForEnvironment(ctx.db, to.environment.id);
  if (!policy) throw new DomainError("ENVIRONMENT_CLOSED", `${to.environment.name} is closed.`);
  const unverified = await installedUnverified(ctx.db, to);
  const [before] = await ctx.db
    .select({ id: deployments.id })
    .from(deployments)
    .where(
      and(
        eq(deployments.slotId, to.slot.id),
        eq(deployments.releaseId, release.id),
        inArray(
          deployments.state,
          unverified ? ["live", "superseded", "rolled_back"] : ["superseded", "rolled_back"],
        ),
      ),
    )
    .limit(1);
  if (!before || (to.current?.releaseId === release.id && !unverified)) {
    throw new DomainError(
      "NOTHING_TO_ROLL_BACK_TO",
      `${release.version} has not run in ${slotName(to)} before.`,
    );
  }
  if (!schemaAllows(release, to.slot.schemaVersion)) {
    throw new DomainError(
      "ROLLBACK_SCHEMA_INCOMPATIBLE",
      `The live schema is ${to.slot.schemaVersion}; ${release.version} works with ${release.schemaMin} to ${release.schemaMax}. Roll forward instead.`,
    );
  }
  const leaving = await readRelease(ctx.db, (unverified ?? to.current)?.releaseId ?? release.id);
  const people = await readContributors(ctx.db, repositoryDirectory(ctx, repository), repository.id, {
    include: [parseSha(release.sourceSha)],
    exclude: [parseSha(leaving.release.sourceSha)],
  });
  return change(ctx, async (c) => {
    const promotion = await createPromotion(
      c,
      {
        kind: "rollback",
        title: `Roll ${to.component.key} in ${slotName(to)} back to ${release.version}`,
        productId: release.productId,
        repositoryId: release.repositoryId,
        environmentId: to.environment.id,
        clientId: to.slot.clientId,
        slotId: to.slot.id,
        releaseId: release.id,
        rollsBackId: (unverified ?? to.current)?.promotionId ?? null,
        withdrawsRelease: input.withdrawsRelease,
        requestedById: ctx.actor.kind === "person" ? ctx.actor.personId : null,
        reason: input.reason,
      },
      policy,
      {
        sourceSha: release.sourceSha,
        boundTargetSha: null,
        releaseDigest: release.digest,
        contributors: people.known,
        unknownContributors: people.unknown,
      },
    );
    await supersedeOlder(c, promotion, `asks for another rollback here, to ${release.version}`);
    return { id: promotion.id, number: promotion.number };
  });
}
