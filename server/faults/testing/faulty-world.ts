import path from "node:path";
import { eq } from "drizzle-orm";
import { branchPolicies, promotions } from "@/db/schema";
import {
  audited,
  givenClient,
  givenEnvironment,
  givenPolicy,
  givenSlot,
  givenSubscription,
} from "@/db/testing/given";
import type { PersonActor } from "@/domain/people/actor";
import { readSubjectDigest, vote } from "@/server/promotions/commands";
import { requestDeployment } from "@/server/promotions/request";
import { createWorld } from "@/server/promotions/testing/engine-world";
import { enqueueJob } from "@/server/queue/enqueue";
import { type Evidence, nothingIsStuck } from "./invariants";

const PATIENCE_MS = 80_000;
const GLANCE_MS = 50;

export type FaultyWorld = Awaited<ReturnType<typeof createFaultyWorld>>;

/**
 * The engine's world with the last step left to real worker processes: votes put their work in the real queue.
 * Keeps what was acknowledged, as the person who voted would.
 */
export async function createFaultyWorld() {
  const world = await createWorld();
  const acknowledged: Evidence["acknowledged"][number][] = [];
  const evidence: Evidence = {
    pool: world.db.$client,
    repository: world.directory,
    slots: path.join(world.ctx.dataDir, "slots"),
    acknowledged,
  };

  /** The vote that completes the quorum. What was queued by hand before it is dropped: from now on the queue is real. */
  async function approveForReal(by: PersonActor, promotionId: string): Promise<void> {
    const [promotion] = await world.db.select().from(promotions).where(eq(promotions.id, promotionId));
    if (!promotion) throw new Error("no such promotion");
    const answer = await vote(
      { ...world.as(by), enqueue: enqueueJob },
      {
        promotionId,
        revision: promotion.revision,
        subjectDigest: await readSubjectDigest(world.ctx, promotion),
        decision: "approve",
      },
    );
    if (answer.state !== "ready") throw new Error(`The vote left the promotion ${answer.state}.`);
    acknowledged.push({ promotionId, personId: by.personId });
  }

  /** A feature that waits for its last approval. */
  async function mergeInWaiting(slug: string): Promise<string> {
    const branch = `feature/2026.21/PAY-1-${slug}`;
    await world.commit(branch, { [slug]: "1" }, world.staff.author, "sprint/2026.21");
    const opened = await world.open(world.staff.author, branch, "sprint/2026.21");
    await world.settle();
    return opened.promotion.id;
  }

  /** Deployments of one release, built and live in Dev, to as many clients in an environment that asks a peer. */
  async function deploymentsInWaiting(count: number): Promise<string[]> {
    const merged = await world.find(await world.mergeFeature("release", { release: "1" }));
    acknowledged.push({ promotionId: merged.id, personId: world.staff.peer.personId });
    const policy = await givenPolicy(world.db, { approvals: world.policies.peer.rules.approvals });
    const uat = await givenEnvironment(world.db, {
      key: "uat",
      position: 3,
      policyId: policy.id,
      slotHostUrl: world.host.url,
      isPerClient: true,
    });
    const slotIds: string[] = [];
    for (let n = 0; n < count; n++) {
      const client = await givenClient(world.db);
      await givenSubscription(world.db, client.id, world.vm.id);
      slotIds.push((await givenSlot(world.db, world.vm, uat, client.id)).id);
    }
    const { id: releaseId } = await world.liveRelease();
    const asked = await requestDeployment(world.as(world.staff.lead), { releaseId, slotIds });
    await world.settle();
    return asked.map((one) => one.id);
  }

  async function deploymentInWaiting(): Promise<string> {
    const [id] = await deploymentsInWaiting(1);
    return id ?? "";
  }

  /** From now on a merge into a sprint asks a peer and nothing else. */
  async function mergeWithoutChecks(): Promise<void> {
    const { approvals } = world.policies.peer.rules;
    const policy = await givenPolicy(world.db, { approvals }, { subject: "branch" });
    await audited(world.db, (tx) =>
      tx.update(branchPolicies).set({ policyId: policy.id }).where(eq(branchPolicies.branchKind, "sprint")),
    );
  }

  const stateOf = async (promotionId: string) => {
    const [row] = await world.db
      .select({ state: promotions.state })
      .from(promotions)
      .where(eq(promotions.id, promotionId));
    return row?.state;
  };

  /** Waits until nothing is left to do; throws with what is left when that takes too long. */
  async function untilQuiet(): Promise<void> {
    let left: string[] = [];
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
      left = await nothingIsStuck(evidence.pool);
      if (left.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, GLANCE_MS));
    }
    throw new Error(`Not quiet after ${PATIENCE_MS / 1000} s: ${left.join("; ")}`);
  }

  return {
    ...world,
    acknowledged,
    evidence,
    approveForReal,
    mergeInWaiting,
    deploymentInWaiting,
    deploymentsInWaiting,
    mergeWithoutChecks,
    stateOf,
    untilQuiet,
  };
}
