import path from "node:path";
import { eq, gt } from "drizzle-orm";
import { branchPolicies, promotions, workers } from "@/db/schema";
import type { ClonedDatabase } from "@/db/testing/cloned-database";
import {
  audited,
  givenClient,
  givenEnvironment,
  givenGrant,
  givenPerson,
  givenPolicy,
  givenProduct,
  givenSlot,
  givenSubscription,
} from "@/db/testing/given";
import type { PersonActor } from "@/domain/people/actor";
import type { PolicyRules } from "@/domain/policies/policy";
import { readActor, startSession } from "@/server/auth/sessions";
import { env } from "@/server/env";
import { readSubjectDigest, vote } from "@/server/promotions/commands";
import { requestDeployment } from "@/server/promotions/request";
import { createWorld, type FrozenWorld } from "@/server/promotions/testing/engine-world";
import { enqueueJob } from "@/server/queue/enqueue";
import { createCaller } from "@/server/trpc/root";
import { type Evidence, nothingIsStuck } from "./invariants";

const PATIENCE_MS = 80_000;
const GLANCE_MS = 50;

/** What is named so belongs to the world's product: whoever is of another product gets no byte of it. */
const OWN_NAMES = ["payments", "PAY-1", "feature/2026.21", "2026.21."];

/** A faulty world at rest, and what was acknowledged in it. */
type FrozenFaultyWorld = FrozenWorld & {
  readonly stranger: { readonly id: string };
  readonly acknowledged: Evidence["acknowledged"];
  readonly requested: readonly string[];
};

export type FaultyWorld = Awaited<ReturnType<typeof createFaultyWorld>>;

/**
 * The engine's world with the last step left to real worker processes: votes put their work in the real queue.
 * Keeps what was acknowledged, as the person who voted would, and what every process wrote.
 */
export async function createFaultyWorld(from?: ClonedDatabase | FrozenFaultyWorld) {
  const frozen = from && "stranger" in from ? from : null;
  const world = await createWorld(from);
  const acknowledged = [...(frozen?.acknowledged ?? [])];
  const requested = [...(frozen?.requested ?? [])];
  const outputs: (() => string)[] = [];
  const answers: string[] = [];
  const recoveries: Evidence["recoveries"][number][] = [];
  const tokens: string[] = [];
  const stranger = frozen?.stranger ?? (await givenStranger());
  const evidence: Evidence = {
    pool: world.db.$client,
    repository: world.directory,
    slots: path.join(world.ctx.dataDir, "slots"),
    acknowledged,
    requested,
    outputs,
    answers,
    recoveries,
    secrets: () => [
      env.secret,
      env.slotHostToken,
      decodeURIComponent(new URL(world.url).password),
      ...tokens,
    ],
    foreign: { names: OWN_NAMES, read: () => readAsStranger() },
  };

  /** Somebody of another product. */
  async function givenStranger() {
    const product = await givenProduct(world.db, { key: "elsewhere", name: "Elsewhere" });
    const person = await givenPerson(world.db, { name: "Stranger", email: "stranger@example.com" });
    for (const role of ["tech_lead", "auditor"] as const) {
      await givenGrant(world.db, person.id, role, { kind: "product", id: product.id });
    }
    return person;
  }

  /** Everything that somebody of another product gets to read, by the grants in force now. */
  async function readAsStranger(): Promise<string> {
    const { token } = await startSession(world.db, stranger.id);
    const actor = await readActor(world.db, token);
    const caller = createCaller({ ...world.ctx, actor, requestId: "stranger" });
    const got = await Promise.all([
      caller.promotions.list({}),
      caller.environments.matrix({}),
      caller.pipelines.list({}),
      caller.pullRequests.list({}),
      caller.audit.list({}),
      caller.search.find({ query: "PAY" }),
      caller.workItems.list({}),
    ]);
    return JSON.stringify(got);
  }

  /** A session of somebody, for the desk. */
  async function tokenOf(person: PersonActor): Promise<string> {
    const { token } = await startSession(world.db, person.personId);
    tokens.push(token);
    return token;
  }

  /** What a vote on the present revision of a promotion carries. */
  async function ballotOf(promotionId: string) {
    const [promotion] = await world.db.select().from(promotions).where(eq(promotions.id, promotionId));
    if (!promotion) throw new Error("no such promotion");
    const subjectDigest = await readSubjectDigest(world.ctx, promotion);
    return { promotionId, revision: promotion.revision, subjectDigest, decision: "approve" as const };
  }

  /** The vote that completes the quorum. What was queued by hand before it is dropped: from now on the queue is real. */
  async function approveForReal(by: PersonActor, promotionId: string): Promise<void> {
    const answer = await vote({ ...world.as(by), enqueue: enqueueJob }, await ballotOf(promotionId));
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

  /** The release that is live in Dev, made from a merged feature. */
  async function releaseInDev(slug: string, files: Record<string, string>): Promise<string> {
    const merged = await world.find(await world.mergeFeature(slug, files));
    acknowledged.push({ promotionId: merged.id, personId: world.staff.peer.personId });
    return (await world.liveRelease()).id;
  }

  /** UAT: an environment behind Dev with a slot for each of `count` clients. */
  async function uatSlots(count: number, rules: Partial<PolicyRules> = {}): Promise<string[]> {
    const { approvals } = world.policies.peer.rules;
    const policy = await givenPolicy(world.db, { approvals, ...rules });
    const uat = await givenEnvironment(world.db, {
      key: "uat",
      name: "UAT",
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
    return slotIds;
  }

  async function askFor(releaseId: string, slotIds: string[]): Promise<string[]> {
    const asked = await requestDeployment(world.as(world.staff.lead), { releaseId, slotIds });
    await world.settle();
    return asked.map((one) => one.id);
  }

  /** Deployments of one release, built and live in Dev, to as many clients in an environment that asks a peer. */
  async function deploymentsInWaiting(count: number, rules: Partial<PolicyRules> = {}): Promise<string[]> {
    const releaseId = await releaseInDev("release", { release: "1" });
    return askFor(releaseId, await uatSlots(count, rules));
  }

  async function deploymentInWaiting(rules: Partial<PolicyRules> = {}): Promise<string> {
    const [id] = await deploymentsInWaiting(1, rules);
    return id ?? "";
  }

  /** A deployment that passes in Dev and will not be healthy in UAT, where another release runs: it will be rolled back. */
  async function failureInWaiting(): Promise<string> {
    const [slotId = ""] = await uatSlots(1, { rollsBackAutomatically: true });
    const [first = ""] = await askFor(await releaseInDev("good", { good: "1" }), [slotId]);
    await vote(world.as(world.staff.peer), await ballotOf(first));
    acknowledged.push({ promotionId: first, personId: world.staff.peer.personId });
    await world.settle();
    const failing = '{"status":"ok","failsIn":{"uat":"a key is missing"}}';
    const [second = ""] = await askFor(await releaseInDev("bad", { "health.json": failing }), [slotId]);
    return second;
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

  /** Waits until nothing is left to do; throws with what is left when it has not become less for so long. */
  async function untilQuiet(patienceMs = PATIENCE_MS): Promise<void> {
    let least = Number.POSITIVE_INFINITY;
    let left: string[] = [];
    for (let since = Date.now(); Date.now() < since + patienceMs; ) {
      left = await nothingIsStuck(evidence.pool);
      if (left.length === 0) return;
      if (left.length < least) [least, since] = [left.length, Date.now()];
      await new Promise((resolve) => setTimeout(resolve, GLANCE_MS));
    }
    throw new Error(`Nothing went on for ${patienceMs / 1000} s: ${left.join("; ")}`);
  }

  /** Waits until a worker is at work that was not heard of before `since`. */
  async function untilAtWork(since: Date): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
      const [seen] = await world.db.select().from(workers).where(gt(workers.startedAt, since)).limit(1);
      if (seen) return;
      await new Promise((resolve) => setTimeout(resolve, GLANCE_MS));
    }
  }

  /** What a dead worker has left to do, for `untilTakenUp`. */
  const leftBehind = () => nothingIsStuck(evidence.pool);

  /** Waits until somebody is on it: it is no longer as it was, or some of what was left is not, a lease for instance. */
  async function untilTakenUp(promotionId: string, from: string, left: string[]): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
      if ((await stateOf(promotionId)) !== from) return;
      const now = await leftBehind();
      if (left.some((line) => !now.includes(line)) || now.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, GLANCE_MS));
    }
  }

  const freeze = async (): Promise<FrozenFaultyWorld> => ({
    ...(await world.freeze()),
    stranger,
    acknowledged,
    requested,
  });

  return {
    ...world,
    freeze,
    acknowledged,
    requested,
    outputs,
    answers,
    recoveries,
    evidence,
    stranger,
    tokenOf,
    ballotOf,
    approveForReal,
    mergeInWaiting,
    releaseInDev,
    uatSlots,
    askFor,
    deploymentInWaiting,
    deploymentsInWaiting,
    failureInWaiting,
    mergeWithoutChecks,
    stateOf,
    leftBehind,
    untilAtWork,
    untilTakenUp,
    untilQuiet,
  };
}

/** Faulty worlds that all begin as one that is prepared once; `it` is what preparing it came to. */
export function createFaultyWorlds<T>(prepare: (world: FaultyWorld) => Promise<T>) {
  let first: Promise<{ frozen: FrozenFaultyWorld; it: T }> | undefined;
  async function freezeFirst() {
    const world = await createFaultyWorld();
    const it = await prepare(world);
    return { frozen: await world.freeze(), it };
  }
  return {
    next: async () => {
      first ??= freezeFirst();
      const { frozen, it } = await first;
      return { world: await createFaultyWorld(frozen), it };
    },
    remove: async () => (await first)?.frozen.remove(),
  };
}
