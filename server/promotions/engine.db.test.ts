import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  operations,
  pipelineRuns,
  promotionContributors,
  promotions,
  releaseArtifacts,
  votes,
} from "@/db/schema";
import { verifyAudit } from "../audit/verify";
import { readSlot } from "../deployments/gateway";
import { env } from "../env";
import { isAncestor } from "../git/history";
import { resolveRef } from "../git/refs";
import { cancelPromotion, withdrawVote } from "./commands";
import { requestDeployment, requestRollback } from "./request";
import { createWorlds, type World } from "./testing/engine-world";

let world: World;

const worlds = createWorlds((first) => first.begin());
beforeEach(async () => {
  world = await worlds.next();
});
afterEach(async () => {
  const chain = await verifyAudit(world.db);
  await world.stop();
  expect(chain).toMatchObject({ isIntact: true });
});
afterAll(() => worlds.remove());

const head = (branch: string) => resolveRef(world.directory, `refs/heads/${branch}`);

test("a change travels from a feature branch to a client's production, built once", async () => {
  const number = await world.mergeFeature("retry", { "src/retry.txt": "retry\n" });
  expect(await world.find(number)).toMatchObject({ state: "succeeded" });
  const release = await world.liveRelease();
  expect(release.version).toBe("2026.21.1");
  expect(await world.running(world.slots.devApi.id)).toBe("2026.21.1");

  expect(await world.find(await world.toMaster())).toMatchObject({
    state: "succeeded",
    outcomeCode: "MERGED",
  });
  const builds = await world.db.select().from(pipelineRuns).where(eq(pipelineRuns.treeOid, release.treeOid));
  expect(builds).toHaveLength(1);

  expect(await world.find(await world.toProduction(release.id, world.slots.acmeVm.id))).toMatchObject({
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
    await world.toMaster();
    const first = await world.liveRelease();
    await world.toProduction(first.id, world.slots.prodApi.id);
    await world.mergeFeature("two", { two: "2" });
    await world.toMaster();
    const second = await world.liveRelease();
    await world.toProduction(second.id, world.slots.prodApi.id);
    await world.toProduction(first.id, world.slots.prodApi.id);
    const back = await requestRollback(world.as(world.staff.lead), {
      slotId: world.slots.prodApi.id,
      releaseId: second.id,
      reason: "forward again",
      withdrawsRelease: true,
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

test("what waits for a slot is asked for once, and another release replaces it with words that are true", async () => {
  const ask = (releaseId: string) =>
    requestDeployment(world.as(world.staff.lead), { releaseId, slotIds: [world.slots.prodApi.id] });
  await world.mergeFeature("a", { a: "1" });
  await world.toMaster();
  const release = await world.liveRelease();
  const [first] = await ask(release.id);
  const number = first?.number ?? 0;
  await expect(ask(release.id)).rejects.toMatchObject({
    code: "CONFLICT",
    message: `#${number} asks for this already and waits at its gates.`,
    facts: { promotionNumber: number },
  });
  await world.settle();
  await expect(ask(release.id)).rejects.toThrow(`#${number} asks for this already and waits for approval.`);
  expect(await world.find(number)).toMatchObject({ state: "awaiting_approval" });
  await world.mergeFeature("b", { b: "1" });
  await world.toMaster();
  const newer = await world.liveRelease();
  const [second] = await ask(newer.id);
  expect(await world.find(number)).toMatchObject({
    state: "superseded",
    outcomeText: `#${second?.number} asks for ${newer.version} here instead.`,
  });
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

test("a merge that git refuses says why, is logged with git's words, and goes on when it can", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const branch = "feature/2026.21/PAY-1-locked";
  await world.commit(branch, { locked: "1" }, world.staff.author, "sprint/2026.21");
  const opened = await world.open(world.staff.author, branch, "sprint/2026.21");
  await world.settle();
  const lock = path.join(world.directory, "refs/heads/sprint/2026.21.lock");
  await writeFile(lock, "");
  await world.approve(world.staff.peer, opened.promotion.number);
  await world.settle();
  const unknown = await world.find(opened.promotion.number);
  expect(unknown).toMatchObject({
    state: "unknown",
    outcomeText:
      "Git did not say whether the branch was moved. Another git holds a lock in the repository. Clearway keeps asking.",
  });
  const lines = logged.mock.calls.map(([line]) => String(line));
  expect(lines).toContainEqual(expect.stringMatching(/"promotion":\d+.*"stderr":".*sprint\/2026\.21\.lock/));
  const askAgain = async () => {
    await world.db
      .update(operations)
      .set({ leaseUntil: new Date(0) })
      .where(eq(operations.promotionId, unknown.id));
    world.jobs.push({ task: "promotions.execute", payload: { promotionId: unknown.id } });
    await world.settle();
    const [asked] = await world.db
      .select({ seconds: sql<number>`extract(epoch from lease_until - updated_at)::int` })
      .from(operations)
      .where(eq(operations.promotionId, unknown.id));
    return asked?.seconds;
  };
  // Ever less often: each try is written down.
  expect([await askAgain(), await askAgain(), await askAgain()]).toEqual([10, 20, 30]);
  await rm(lock);
  await askAgain();
  expect(await world.find(opened.promotion.number)).toMatchObject({ state: "succeeded" });
}, 60_000);
