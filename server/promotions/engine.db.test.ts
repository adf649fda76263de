import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  deployments,
  environments,
  operations,
  pipelineRuns,
  promotionContributors,
  promotions,
  releaseArtifacts,
  releases,
  slots,
  votes,
} from "@/db/schema";
import { audited, givenPolicy } from "@/db/testing/given";
import { verifyAudit } from "../audit/verify";
import { readSlot } from "../deployments/gateway";
import { env } from "../env";
import { isAncestor } from "../git/history";
import { resolveRef } from "../git/refs";
import { cancelPromotion, retryPromotion, withdrawVote } from "./commands";
import { requestDeployment, requestRollback } from "./request";
import { resolvePromotion } from "./resolve";
import { createWorld, type World } from "./testing/engine-world";

let world: World;

beforeEach(async () => {
  world = await createWorld();
  await world.begin();
});
afterEach(async () => {
  const chain = await verifyAudit(world.db);
  await world.stop();
  expect(chain).toMatchObject({ isIntact: true });
});

const head = (branch: string) => resolveRef(world.directory, `refs/heads/${branch}`);

/** Sprint to master by the lead, approved by two others; and both production slots by two approvals each. */
async function toMaster(): Promise<number> {
  const opened = await world.open(world.staff.lead, "sprint/2026.21", "master");
  await world.settle();
  await world.approve(world.staff.second, opened.promotion.number);
  await world.approve(world.staff.approver, opened.promotion.number);
  await world.settle();
  return opened.promotion.number;
}

async function toProduction(releaseId: string, slotId: string): Promise<number> {
  const [asked] = await requestDeployment(world.as(world.staff.lead), { releaseId, slotIds: [slotId] });
  await world.settle();
  await world.approve(world.staff.second, asked?.number ?? 0);
  await world.approve(world.staff.approver, asked?.number ?? 0);
  await world.settle();
  return asked?.number ?? 0;
}

async function running(slotId: string): Promise<string | null> {
  const [row] = await world.db
    .select({ version: releases.version })
    .from(slots)
    .innerJoin(deployments, eq(deployments.id, slots.currentDeploymentId))
    .innerJoin(releases, eq(releases.id, deployments.releaseId))
    .where(eq(slots.id, slotId));
  return row?.version ?? null;
}

test("a change travels from a feature branch to a client's production, built once", async () => {
  const number = await world.mergeFeature("retry", { "src/retry.txt": "retry\n" });
  expect(await world.find(number)).toMatchObject({ state: "succeeded" });
  const release = await world.liveRelease();
  expect(release.version).toBe("2026.21.1");
  expect(await running(world.slots.devApi.id)).toBe("2026.21.1");

  expect(await world.find(await toMaster())).toMatchObject({ state: "succeeded", outcomeCode: "MERGED" });
  const builds = await world.db.select().from(pipelineRuns).where(eq(pipelineRuns.treeOid, release.treeOid));
  expect(builds).toHaveLength(1);

  expect(await world.find(await toProduction(release.id, world.slots.acmeVm.id))).toMatchObject({
    state: "succeeded",
  });
  const [artifact] = await world.db
    .select()
    .from(releaseArtifacts)
    .where(eq(releaseArtifacts.releaseId, release.id));
  const there = await readSlot({ url: world.host.url, token: env.slotHostToken }, world.slots.acmeVm.id);
  expect(there).toMatchObject({
    kind: "confirmed",
    value: { digest: artifact?.sha256, version: "2026.21.1" },
  });
});

describe("approval", () => {
  test("its own author is refused, an administrator too, and nothing is merged", async () => {
    await world.commit("feature/2026.21/PAY-1-own", { a: "1" }, world.staff.author, "sprint/2026.21");
    const opened = await world.open(world.staff.author, "feature/2026.21/PAY-1-own", "sprint/2026.21");
    await world.settle();
    await expect(world.approve(world.staff.author, opened.promotion.number)).rejects.toMatchObject({
      code: "FOUR_EYES",
    });
    await expect(world.approve(world.staff.admin, opened.promotion.number)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    expect(await world.find(opened.promotion.number)).toMatchObject({ state: "awaiting_approval" });
  });

  test("a push between the vote and the merge sends it back to its gates, and nothing is merged", async () => {
    const branch = "feature/2026.21/PAY-1-race";
    await world.commit(branch, { a: "1" }, world.staff.author, "sprint/2026.21");
    const opened = await world.open(world.staff.author, branch, "sprint/2026.21");
    await world.settle();
    const before = await head("sprint/2026.21");
    await world.approve(world.staff.peer, opened.promotion.number);
    world.jobs.sort((a, b) =>
      a.task === "promotions.execute" ? -1 : b.task === "promotions.execute" ? 1 : 0,
    );
    const execute = world.jobs.shift();
    await world.commit(branch, { a: "2" }, world.staff.author);
    if (execute) world.jobs.unshift(execute);
    await world.settle();
    expect(await head("sprint/2026.21")).toBe(before);
    expect(await world.find(opened.promotion.number)).toMatchObject({
      state: "awaiting_approval",
      revision: 2,
    });
    await world.approve(world.staff.peer, opened.promotion.number);
    await world.settle();
    expect(await world.find(opened.promotion.number)).toMatchObject({ state: "succeeded" });
  });

  test("a vote on what was seen before a push is stale", async () => {
    const branch = "feature/2026.21/PAY-1-stale";
    await world.commit(branch, { a: "1" }, world.staff.author, "sprint/2026.21");
    const opened = await world.open(world.staff.author, branch, "sprint/2026.21");
    await world.settle();
    const seen = await world.find(opened.promotion.number);
    await world.commit(branch, { a: "2" }, world.staff.author);
    await world.settle();
    const { vote } = await import("./commands");
    await expect(
      vote(world.as(world.staff.peer), {
        promotionId: seen.id,
        revision: seen.revision,
        subjectDigest: "0".repeat(64),
        decision: "approve",
      }),
    ).rejects.toMatchObject({ code: "STALE_SUBJECT" });
  });

  test("when a sprint branch moves, votes stay and the merge is made anew", async () => {
    await world.commit("feature/2026.21/PAY-1-one", { one: "1" }, world.staff.author, "sprint/2026.21");
    const opened = await world.open(world.staff.author, "feature/2026.21/PAY-1-one", "sprint/2026.21");
    await world.settle();
    await world.mergeFeature("two", { two: "2" });
    expect(await world.find(opened.promotion.number)).toMatchObject({
      revision: 1,
      state: "awaiting_approval",
    });
    await world.approve(world.staff.peer, opened.promotion.number);
    await world.settle();
    const merged = await head("sprint/2026.21");
    const source = await head("feature/2026.21/PAY-1-one");
    expect(merged && source && (await isAncestor(world.directory, source, merged))).toBe(true);
  });

  test("a withdrawn vote no longer counts, and is too late once it is merged", async () => {
    const branch = "feature/2026.21/PAY-1-w";
    await world.commit(branch, { a: "1" }, world.staff.author, "sprint/2026.21");
    const opened = await world.open(world.staff.author, branch, "sprint/2026.21");
    await world.settle();
    const { id } = await world.find(opened.promotion.number);
    await world.approve(world.staff.peer, opened.promotion.number);
    await withdrawVote(world.as(world.staff.peer), { promotionId: id });
    await world.settle();
    expect(await world.find(opened.promotion.number)).toMatchObject({ state: "awaiting_approval" });
    await world.approve(world.staff.peer, opened.promotion.number);
    await world.settle();
    await expect(withdrawVote(world.as(world.staff.peer), { promotionId: id })).rejects.toMatchObject({
      code: "TOO_LATE",
    });
  });

  test("a rejection with its reason ends it", async () => {
    await world.commit("feature/2026.21/PAY-1-r", { a: "1" }, world.staff.author, "sprint/2026.21");
    const opened = await world.open(world.staff.author, "feature/2026.21/PAY-1-r", "sprint/2026.21");
    await world.settle();
    await world.approve(world.staff.peer, opened.promotion.number, "reject");
    expect(await world.find(opened.promotion.number)).toMatchObject({
      state: "rejected",
      outcomeText: "peer: not like this",
    });
  });

  test("two approvers at the same moment: one merge", async () => {
    await world.commit("feature/2026.21/PAY-1-two", { a: "1" }, world.staff.author, "sprint/2026.21");
    const opened = await world.open(world.staff.author, "feature/2026.21/PAY-1-two", "sprint/2026.21");
    await world.settle();
    const both = await Promise.allSettled([
      world.approve(world.staff.peer, opened.promotion.number),
      world.approve(world.staff.second, opened.promotion.number),
    ]);
    expect(both.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    expect(both.find((one) => one.status === "rejected")).toMatchObject({
      reason: { code: "APPROVAL_CLOSED" },
    });
    await world.settle();
    const merges = await world.db.select().from(operations).where(eq(operations.kind, "merge"));
    expect(merges).toHaveLength(1);
  });

  test("two workers at the same moment: one effect", async () => {
    await world.commit("feature/2026.21/PAY-1-ww", { a: "1" }, world.staff.author, "sprint/2026.21");
    const opened = await world.open(world.staff.author, "feature/2026.21/PAY-1-ww", "sprint/2026.21");
    await world.settle();
    await world.approve(world.staff.peer, opened.promotion.number);
    const { executePromotion } = await import("./execute");
    const { id } = await world.find(opened.promotion.number);
    world.jobs.length = 0;
    await Promise.all(Array.from({ length: 4 }, () => executePromotion(world.ctx, { promotionId: id }, 30)));
    expect(await world.find(opened.promotion.number)).toMatchObject({ state: "succeeded" });
    expect(await world.db.select().from(operations).where(eq(operations.promotionId, id))).toHaveLength(1);
  });

  test("cancelling says who and why, and ends what waits", async () => {
    await world.commit("feature/2026.21/PAY-1-c", { a: "1" }, world.staff.author, "sprint/2026.21");
    const opened = await world.open(world.staff.author, "feature/2026.21/PAY-1-c", "sprint/2026.21");
    await world.settle();
    const { id } = await world.find(opened.promotion.number);
    await expect(cancelPromotion(world.as(world.staff.peer), { promotionId: id })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await cancelPromotion(world.as(world.staff.author), { promotionId: id, reason: "wrong branch" });
    expect(await world.find(opened.promotion.number)).toMatchObject({
      state: "cancelled",
      outcomeText: "author cancelled it: wrong branch",
    });
  });
});

describe("four eyes", () => {
  test("a commit in Clearway's own name hides nobody: its address is known to no one", async () => {
    const disguised = { ...world.staff.lead, name: "Clearway", email: "clearway@localhost" };
    const branch = "feature/2026.21/PAY-1-disguise";
    await world.commit(branch, { hidden: "1" }, disguised, "sprint/2026.21");
    const opened = await world.open(world.staff.author, branch, "sprint/2026.21");
    await world.settle();
    expect(await world.find(opened.promotion.number)).toMatchObject({
      state: "gating",
      outcomeCode: "GATES_OPEN",
    });
    expect((await world.find(opened.promotion.number)).outcomeText).toContain("clearway@localhost");
  });

  test("going forward is no way around: whoever wrote what comes back does not approve it", async () => {
    await world.mergeFeature("one", { one: "1" });
    await toMaster();
    const first = await world.liveRelease();
    await toProduction(first.id, world.slots.prodApi.id);
    await world.mergeFeature("two", { two: "2" });
    await toMaster();
    const second = await world.liveRelease();
    await toProduction(second.id, world.slots.prodApi.id);
    await toProduction(first.id, world.slots.prodApi.id);
    const back = await requestRollback(world.as(world.staff.lead), {
      slotId: world.slots.prodApi.id,
      releaseId: second.id,
      reason: "forward again",
    });
    const hands = await world.db
      .select()
      .from(promotionContributors)
      .where(eq(promotionContributors.promotionId, back.id));
    expect(hands.map(({ personId }) => personId)).toContain(world.staff.author.personId);
  });
});

describe("gates", () => {
  test("branches that conflict wait with the file's name", async () => {
    await world.mergeFeature("base", { shared: "one\n" });
    await world.commit("feature/2026.21/PAY-1-x", { shared: "two\n" }, world.staff.author, "master");
    const opened = await world.open(world.staff.author, "feature/2026.21/PAY-1-x", "sprint/2026.21");
    await world.settle();
    const blocked = await world.find(opened.promotion.number);
    expect(blocked).toMatchObject({ state: "gating", outcomeCode: "GATES_OPEN" });
    expect(blocked.outcomeText).toContain("in shared");
  });

  test("a commit by an address that nobody has waits: four eyes could not be kept", async () => {
    const stranger = { ...world.staff.author, name: "Stranger", email: "stranger@elsewhere.example" };
    await world.commit("feature/2026.21/PAY-1-s", { a: "1" }, stranger, "sprint/2026.21");
    const opened = await world.open(world.staff.author, "feature/2026.21/PAY-1-s", "sprint/2026.21");
    await world.settle();
    expect((await world.find(opened.promotion.number)).outcomeText).toContain("stranger@elsewhere.example");
  });

  test("production refuses a release that is not on master", async () => {
    await world.mergeFeature("early", { early: "1" });
    const release = await world.liveRelease();
    const [asked] = await requestDeployment(world.as(world.staff.lead), {
      releaseId: release.id,
      slotIds: [world.slots.acmeVm.id],
    });
    await world.settle();
    const blocked = await world.find(asked?.number ?? 0);
    expect(blocked.state).toBe("gating");
    expect(blocked.outcomeText).toContain("not on master");
  });
});

describe("rollback", () => {
  async function unhealthyInProduction(): Promise<number> {
    await world.mergeFeature("good", { good: "1" });
    await toMaster();
    await toProduction((await world.liveRelease()).id, world.slots.prodApi.id);
    await world.mergeFeature("bad", { "health.json": '{"status":"ok"}', bad: "1" });
    await toMaster();
    const release = await world.liveRelease();
    const [asked] = await requestDeployment(world.as(world.staff.lead), {
      releaseId: release.id,
      slotIds: [world.slots.prodApi.id],
    });
    await world.settle();
    await world.approve(world.staff.second, asked?.number ?? 0);
    return asked?.number ?? 0;
  }

  test("a failed post-deployment check goes back by itself, and the release does not come back", async () => {
    await world.mergeFeature("good", { good: "1" });
    await toMaster();
    const good = await world.liveRelease();
    await toProduction(good.id, world.slots.prodApi.id);
    await world.mergeFeature("bad", {
      "health.json": '{"status":"ok","failsIn":{"prod":"PAYOUT_KEY is missing"}}',
    });
    await toMaster();
    const bad = await world.liveRelease();
    const number = await toProduction(bad.id, world.slots.prodApi.id);
    expect(await world.find(number)).toMatchObject({ state: "rolled_back", outcomeCode: "ROLLED_BACK" });
    const rollback = await world.newest({ slotId: world.slots.prodApi.id });
    expect(rollback).toMatchObject({
      kind: "rollback",
      state: "succeeded",
      requestedById: null,
      releaseId: good.id,
    });
    expect(await running(world.slots.prodApi.id)).toBe(good.version);
    const there = await readSlot({ url: world.host.url, token: env.slotHostToken }, world.slots.prodApi.id);
    expect(there).toMatchObject({ value: { version: good.version } });
    await expect(
      requestDeployment(world.as(world.staff.lead), { releaseId: bad.id, slotIds: [world.slots.prodApi.id] }),
    ).rejects.toMatchObject({ code: "RELEASE_WITHDRAWN" });
  });

  test("a person rolls back to a release that ran before", async () => {
    await world.mergeFeature("good", { good: "1" });
    await toMaster();
    const first = await world.liveRelease();
    await toProduction(first.id, world.slots.prodApi.id);
    await world.mergeFeature("next", { next: "1" });
    await toMaster();
    await toProduction((await world.liveRelease()).id, world.slots.prodApi.id);
    const asked = await requestRollback(world.as(world.staff.lead), {
      slotId: world.slots.prodApi.id,
      releaseId: first.id,
      reason: "customers complain",
    });
    await world.settle();
    expect(await world.find(asked.number)).toMatchObject({ state: "succeeded" });
    expect(await running(world.slots.prodApi.id)).toBe(first.version);
  });

  test("an answer that was lost is asked for, and nothing is installed twice", async () => {
    const number = await unhealthyInProduction();
    world.faults.failAfterEffect = "disconnect";
    await world.approve(world.staff.approver, number);
    await world.settle();
    expect(await world.find(number)).toMatchObject({ state: "succeeded" });
    const mine = await world.db
      .select()
      .from(operations)
      .where(eq(operations.promotionId, (await world.find(number)).id));
    expect(mine.map((one) => one.state)).toEqual(["confirmed", "confirmed"]);
  });

  test("a host that is gone for good: after ten minutes a person settles it, and the slot is free", async () => {
    const number = await unhealthyInProduction();
    const before = await running(world.slots.prodApi.id);
    world.faults.failBeforeEffect = "disconnect";
    await world.approve(world.staff.approver, number);
    await world.settle();
    const lost = await world.find(number);
    expect(lost).toMatchObject({ state: "unknown" });
    const settle = (outcome: "failed" | "rolled_back") =>
      resolvePromotion(world.as(world.staff.second), { promotionId: lost.id, outcome, reason: "it burned" });
    await expect(settle("failed")).rejects.toMatchObject({ code: "CONFLICT" });
    await audited(world.db, async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`);
      await tx.execute(
        sql`update promotions set updated_at = updated_at - interval '10 minutes' where id = ${lost.id}::uuid`,
      );
    });
    await expect(settle("rolled_back")).rejects.toMatchObject({ code: "CONFLICT" });
    await settle("failed");
    expect(await world.find(number)).toMatchObject({ state: "failed", outcomeText: "it burned" });
    const [operation] = await world.db.select().from(operations).where(eq(operations.promotionId, lost.id));
    expect(operation).toMatchObject({ state: "refused", isSettled: true });
    delete world.faults.failBeforeEffect;
    world.jobs.push({ task: "promotions.execute", payload: { promotionId: lost.id } });
    await world.settle();
    expect(await world.find(number)).toMatchObject({ state: "failed" });
    expect(await running(world.slots.prodApi.id)).toBe(before);
    const again = await toProduction((await world.liveRelease()).id, world.slots.prodApi.id);
    expect(await world.find(again)).toMatchObject({ state: "succeeded" });
  });

  test("a host that refuses leaves a failed promotion that can be tried again", async () => {
    const number = await unhealthyInProduction();
    world.faults.failBeforeEffect = "error";
    await world.approve(world.staff.approver, number);
    const execute = world.jobs.filter((job) => job.task === "promotions.execute");
    world.jobs.length = 0;
    world.jobs.push(...execute);
    const handler = world.settle();
    await handler.catch(() => undefined);
    const stuck = await world.find(number);
    expect(["unknown", "failed"]).toContain(stuck.state);
    delete world.faults.failBeforeEffect;
    if (stuck.state === "failed") await retryPromotion(world.as(world.staff.lead), { promotionId: stuck.id });
    else {
      await world.db
        .update(operations)
        .set({ leaseUntil: new Date(0) })
        .where(eq(operations.promotionId, stuck.id));
      world.jobs.push({ task: "promotions.execute", payload: { promotionId: stuck.id } });
    }
    await world.settle();
    expect(await world.find(number)).toMatchObject({ state: "succeeded" });
  });
});

describe("after a failed check that a person has to settle", () => {
  async function failedInProduction() {
    await world.mergeFeature("good", { good: "1" });
    await toMaster();
    const good = await world.liveRelease();
    await toProduction(good.id, world.slots.prodApi.id);
    const byHand = await givenPolicy(world.db, {
      ...world.policies.production.rules,
      rollsBackAutomatically: false,
    });
    await audited(world.db, (tx) =>
      tx.update(environments).set({ policyId: byHand.id }).where(eq(environments.key, "prod")),
    );
    await world.mergeFeature("bad", {
      "health.json": '{"status":"ok","failsIn":{"prod":"PAYOUT_KEY is missing"}}',
    });
    await toMaster();
    const bad = await world.liveRelease();
    const number = await toProduction(bad.id, world.slots.prodApi.id);
    expect(await world.find(number)).toMatchObject({ state: "needs_human", outcomeCode: "NEEDS_HUMAN" });
    return { good, bad, number };
  }

  test("a rollback to what was live before can be asked for, and settles it", async () => {
    const { good, bad, number } = await failedInProduction();
    const asked = await requestRollback(world.as(world.staff.lead), {
      slotId: world.slots.prodApi.id,
      releaseId: good.id,
      reason: "it does not answer",
    });
    await world.settle();
    expect(await world.find(asked.number)).toMatchObject({ state: "succeeded" });
    expect(await world.find(number)).toMatchObject({ state: "rolled_back" });
    const there = await readSlot({ url: world.host.url, token: env.slotHostToken }, world.slots.prodApi.id);
    expect(there).toMatchObject({ value: { version: good.version } });
    const [left] = await world.db.select().from(releases).where(eq(releases.id, bad.id));
    expect(left?.withdrawnReason).toContain("it does not answer");
  });

  test("saying that it was rolled back withdraws the release and ends its votes", async () => {
    const { bad, number } = await failedInProduction();
    const { id } = await world.find(number);
    await resolvePromotion(world.as(world.staff.second), {
      promotionId: id,
      outcome: "rolled_back",
      reason: "done by hand",
    });
    const [left] = await world.db.select().from(releases).where(eq(releases.id, bad.id));
    expect(left?.withdrawnReason).toContain("done by hand");
    const cast = await world.db.select().from(votes).where(eq(votes.promotionId, id));
    expect(cast.every(({ voidedAt }) => voidedAt !== null)).toBe(true);
  });

  test("an old failure is not tried again over what was deployed since", async () => {
    const { good, number } = await failedInProduction();
    const { id } = await world.find(number);
    await resolvePromotion(world.as(world.staff.second), {
      promotionId: id,
      outcome: "failed",
      reason: "looked at",
    });
    await toProduction(good.id, world.slots.prodApi.id);
    await expect(retryPromotion(world.as(world.staff.lead), { promotionId: id })).rejects.toMatchObject({
      code: "TOO_LATE",
    });
  });
});

test("deploying waits for the slot, and the newer request replaces the older one that waits", async () => {
  await world.mergeFeature("a", { a: "1" });
  await toMaster();
  const release = await world.liveRelease();
  const [first] = await requestDeployment(world.as(world.staff.lead), {
    releaseId: release.id,
    slotIds: [world.slots.prodApi.id],
  });
  const [second] = await requestDeployment(world.as(world.staff.lead), {
    releaseId: release.id,
    slotIds: [world.slots.prodApi.id],
  });
  expect(await world.find(first?.number ?? 0)).toMatchObject({ state: "superseded" });
  await world.settle();
  expect(await world.find(second?.number ?? 0)).toMatchObject({ state: "awaiting_approval" });
});

test("votes and operations are few: nothing is decided or done more than once", async () => {
  await world.mergeFeature("once", { once: "1" });
  const [merge] = await world.db.select().from(promotions).where(eq(promotions.kind, "merge"));
  const cast = await world.db.select().from(votes);
  expect(cast).toHaveLength(1);
  const done = await world.db
    .select()
    .from(operations)
    .where(eq(operations.promotionId, merge?.id ?? ""));
  expect(done.map((one) => one.state)).toEqual(["confirmed"]);
  expect(done[0]?.result).toEqual({ commitSha: await head("sprint/2026.21") });
});
