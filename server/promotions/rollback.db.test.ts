import { rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { and, eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  auditEvents,
  deployments,
  environments,
  operations,
  releaseArtifacts,
  releases,
  votes,
} from "@/db/schema";
import { audited, givenPolicy } from "@/db/testing/given";
import { verifyAudit } from "../audit/verify";
import { readSlot } from "../deployments/gateway";
import { env } from "../env";
import { getSlot } from "../environments/slot";
import { withdrawRelease } from "../releases/withdraw";
import { artifactFile } from "../runner/artifacts";
import { getPromotion } from "./card";
import { retryPromotion } from "./commands";
import { executePromotion } from "./execute";
import { requestDeployment, requestRollback } from "./request";
import { resolvePromotion } from "./resolve";
import { createWorlds, type World } from "./testing/engine-world";

let world: World;

/** A release runs in production: what is gone back to. */
const worlds = createWorlds(async (first) => {
  await first.begin();
  await first.mergeFeature("good", { good: "1" });
  await first.toMaster();
  await first.toProduction((await first.liveRelease()).id, first.slots.prodApi.id);
});
beforeEach(async () => {
  world = await worlds.next();
});
afterEach(async () => {
  const chain = await verifyAudit(world.db);
  await world.stop();
  expect(chain).toMatchObject({ isIntact: true });
});
afterAll(() => worlds.remove());

/** As if the slot host had not answered for so long. */
function silentForTenMinutes(promotionId: string) {
  return audited(world.db, async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(
      sql`update promotions set updated_at = updated_at - interval '10 minutes' where id = ${promotionId}::uuid`,
    );
  });
}

/** As the sweep does once the lease has run out. */
async function askAgain(promotionId: string): Promise<void> {
  await world.db
    .update(operations)
    .set({ leaseUntil: new Date(0) })
    .where(eq(operations.promotionId, promotionId));
  world.jobs.push({ task: "promotions.execute", payload: { promotionId } });
  await world.settle();
}

/** On master a newer release that fails its check in production. Returns the one that runs there. */
async function givenBadAfterGood() {
  const good = await world.liveRelease();
  await world.mergeFeature("bad", {
    "health.json": '{"status":"ok","failsIn":{"prod":"PAYOUT_KEY is missing"}}',
  });
  await world.toMaster();
  return good;
}

describe("rollback", { timeout: 60_000 }, () => {
  async function unhealthyInProduction(): Promise<number> {
    await world.mergeFeature("bad", { "health.json": '{"status":"ok"}', bad: "1" });
    await world.toMaster();
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
    const good = await givenBadAfterGood();
    const bad = await world.liveRelease();
    const number = await world.toProduction(bad.id, world.slots.prodApi.id);
    expect(await world.find(number)).toMatchObject({ state: "rolled_back", outcomeCode: "ROLLED_BACK" });
    const rollback = await world.newest({ slotId: world.slots.prodApi.id });
    expect(rollback).toMatchObject({
      kind: "rollback",
      state: "succeeded",
      requestedById: null,
      releaseId: good.id,
    });
    expect(await world.running(world.slots.prodApi.id)).toBe(good.version);
    const there = await readSlot({ url: world.host.url, token: env.slotHostToken }, world.slots.prodApi.id);
    expect(there).toMatchObject({ value: { version: good.version } });
    await expect(
      requestDeployment(world.as(world.staff.lead), { releaseId: bad.id, slotIds: [world.slots.prodApi.id] }),
    ).rejects.toMatchObject({ code: "RELEASE_WITHDRAWN" });
  });

  /** Two releases one after the other in production, and the way back to the first asked for. */
  async function askedBack(input: { withdrawsRelease: boolean }) {
    const first = await world.liveRelease();
    await world.mergeFeature("next", { next: "1" });
    await world.toMaster();
    const next = await world.liveRelease();
    await world.toProduction(next.id, world.slots.prodApi.id);
    const [elsewhere] = await requestDeployment(world.as(world.staff.lead), {
      releaseId: next.id,
      slotIds: [world.slots.acmeVm.id],
    });
    await world.settle();
    const asked = await requestRollback(world.as(world.staff.lead), {
      slotId: world.slots.prodApi.id,
      releaseId: first.id,
      reason: "customers complain",
      ...input,
    });
    const { leaving } = await getPromotion(world.as(world.staff.lead), { number: asked.number });
    // Before anybody decides: Acme's promotion waits for it, and both components run it in Dev.
    expect(leaving).toEqual({
      version: next.version,
      isWithdrawn: false,
      // What leaves one slot only is nobody else's matter.
      everywhere: input.withdrawsRelease ? { waiting: 1, runsElsewhere: 2 } : null,
    });
    await world.settle();
    expect(await world.find(asked.number)).toMatchObject({ state: "succeeded", ...input });
    expect(await world.running(world.slots.prodApi.id)).toBe(first.version);
    const [left] = await world.db.select().from(releases).where(eq(releases.id, next.id));
    const page = await getSlot(world.as(world.staff.lead), { slotId: world.slots.prodApi.id });
    return { asked, next, left, page, elsewhere: await world.find(elsewhere?.number ?? 0) };
  }

  test("a person takes a release out of one slot only: the slot is held in their name, and others go on", async () => {
    const { asked, next, left, page, elsewhere } = await askedBack({ withdrawsRelease: false });
    expect(left?.withdrawnAt).toBeNull();
    expect(elsewhere).toMatchObject({ state: "awaiting_approval" });
    const reason = `${next.version} was rolled back: customers complain`;
    expect(page.holds).toMatchObject([{ heldBy: "lead", reason, releasedAt: null }]);
    const [told] = await world.db
      .select({ payload: auditEvents.payload })
      .from(auditEvents)
      .where(eq(auditEvents.action, "slot.held"));
    expect(JSON.parse(told?.payload ?? "")).toMatchObject({
      reason,
      after: { heldById: world.staff.lead.personId, promotion: asked.number },
    });
    // It does not come back by itself: whoever asks for it waits for the hold.
    const [again] = await requestDeployment(world.as(world.staff.lead), {
      releaseId: next.id,
      slotIds: [world.slots.prodApi.id],
    });
    await world.settle();
    expect(await world.find(again?.number ?? 0)).toMatchObject({
      state: "gating",
      outcomeText: `lead holds this slot: ${reason}`,
    });
  });

  test("a person withdraws it everywhere: what waits for it elsewhere is cancelled, and the slot stays open", async () => {
    const { left, page, elsewhere } = await askedBack({ withdrawsRelease: true });
    expect(left?.withdrawnReason).toBe("it was rolled back: customers complain");
    expect(elsewhere).toMatchObject({ state: "cancelled", outcomeCode: "RELEASE_WITHDRAWN" });
    expect(page.holds).toEqual([]);
  });

  test("a release that was withdrawn already holds no slot: nothing brings it back, and the fix gets in", async () => {
    const first = await world.liveRelease();
    await world.mergeFeature("next", { next: "1" });
    const { id, version } = await world.liveRelease();
    await withdrawRelease(world.as(world.staff.lead), { releaseId: id, version, reason: "pays twice" });
    const asked = await requestRollback(world.as(world.staff.lead), {
      slotId: world.slots.devApi.id,
      releaseId: first.id,
      reason: "it was withdrawn",
      withdrawsRelease: false,
    });
    await world.settle();
    expect(await world.find(asked.number)).toMatchObject({ state: "succeeded" });
    const page = await getSlot(world.as(world.staff.lead), { slotId: world.slots.devApi.id });
    expect(page.holds).toEqual([]);
  });

  test("whoever answers for one environment takes it out of a slot there, but withdraws it for nobody else", async () => {
    const first = await world.liveRelease();
    await world.mergeFeature("next", { next: "1" });
    const [dev] = await world.db.select().from(environments).where(eq(environments.key, "dev"));
    const ofDev = world.as({
      ...world.staff.approver,
      grants: [{ role: "release_approver", scope: { kind: "environment", id: dev?.id ?? "" } }],
    });
    const input = { slotId: world.slots.devApi.id, releaseId: first.id, reason: "slow" };
    expect(await getSlot(ofDev, input)).toMatchObject({
      you: { canRollBack: true },
      leaving: { isWithdrawn: false, everywhere: null },
    });
    await expect(requestRollback(ofDev, { ...input, withdrawsRelease: true })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    const asked = await requestRollback(ofDev, { ...input, withdrawsRelease: false });
    await world.settle();
    expect(await world.find(asked.number)).toMatchObject({ state: "succeeded" });
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
    const before = await world.running(world.slots.prodApi.id);
    world.faults.failBeforeEffect = "disconnect";
    await world.approve(world.staff.approver, number);
    await world.settle();
    const lost = await world.find(number);
    expect(lost).toMatchObject({ state: "unknown" });
    const settle = (outcome: "failed" | "rolled_back") =>
      resolvePromotion(world.as(world.staff.second), { promotionId: lost.id, outcome, reason: "it burned" });
    await expect(settle("failed")).rejects.toMatchObject({ code: "CONFLICT" });
    await silentForTenMinutes(lost.id);
    await expect(settle("rolled_back")).rejects.toMatchObject({ code: "CONFLICT" });
    await settle("failed");
    expect(await world.find(number)).toMatchObject({ state: "failed", outcomeText: "it burned" });
    const [operation] = await world.db.select().from(operations).where(eq(operations.promotionId, lost.id));
    expect(operation).toMatchObject({ state: "refused", isSettled: true });
    delete world.faults.failBeforeEffect;
    world.jobs.push({ task: "promotions.execute", payload: { promotionId: lost.id } });
    await world.settle();
    expect(await world.find(number)).toMatchObject({ state: "failed" });
    expect(await world.running(world.slots.prodApi.id)).toBe(before);
    // What ran before may be gone: it can be installed once more, which settles what stands there.
    const [known] = await world.db
      .select()
      .from(releases)
      .where(eq(releases.version, before ?? ""));
    const anew = await world.toProduction(known?.id ?? "", world.slots.prodApi.id);
    expect(await world.find(anew)).toMatchObject({ state: "succeeded" });
    expect(await world.running(world.slots.prodApi.id)).toBe(before);
    await expect(world.toProduction(known?.id ?? "", world.slots.prodApi.id)).rejects.toThrow("already");
    const again = await world.toProduction((await world.liveRelease()).id, world.slots.prodApi.id);
    expect(await world.find(again)).toMatchObject({ state: "succeeded" });
  });

  async function storedFile(releaseId: string): Promise<string> {
    const [artifact] = await world.db
      .select()
      .from(releaseArtifacts)
      .where(and(eq(releaseArtifacts.releaseId, releaseId), eq(releaseArtifacts.componentId, world.api.id)));
    return artifactFile(path.join(world.ctx.dataDir, "artifacts"), artifact?.sha256 ?? "");
  }

  test("a deployment whose artifact is gone fails with a sentence, and goes on when the file is back", async () => {
    const number = await unhealthyInProduction();
    const { id, releaseId } = await world.find(number);
    const file = await storedFile(releaseId ?? "");
    await rename(file, `${file}.away`);
    await world.approve(world.staff.approver, number);
    await world.settle();
    expect(await world.find(number)).toMatchObject({
      state: "failed",
      outcomeCode: "INSTALL_REFUSED",
      outcomeText: expect.stringMatching(
        /^The artifact [0-9a-f]{12} of .* is not in the artifact store\. Bring/,
      ),
    });
    await rename(`${file}.away`, file);
    await retryPromotion(world.as(world.staff.lead), { promotionId: id });
    await world.settle();
    expect(await world.find(number)).toMatchObject({ state: "succeeded" });
  });

  test("an artifact that goes after the order was sent leaves its outcome unknown, for a person to settle", async () => {
    const number = await unhealthyInProduction();
    const { id, releaseId } = await world.find(number);
    world.faults.failBeforeEffect = "disconnect";
    await world.approve(world.staff.approver, number);
    await world.settle();
    expect(await world.find(number)).toMatchObject({ state: "unknown" });
    delete world.faults.failBeforeEffect;
    const file = await storedFile(releaseId ?? "");
    await rename(file, `${file}.away`);
    await askAgain(id);
    expect(await world.find(number)).toMatchObject({ state: "unknown" });
    await silentForTenMinutes(id);
    const settled = { promotionId: id, outcome: "failed" as const, reason: "it was cleaned up" };
    await resolvePromotion(world.as(world.staff.second), settled);
    expect(await world.find(number)).toMatchObject({ state: "failed" });
  });

  test("an artifact that cannot be read is asked for again", async () => {
    const number = await unhealthyInProduction();
    const { id, releaseId } = await world.find(number);
    const file = await storedFile(releaseId ?? "");
    await rename(file, `${file}.away`);
    // A link to itself: unreadable for root as well.
    await symlink(file, file);
    await world.approve(world.staff.approver, number);
    await world.settle();
    expect(await world.find(number)).toMatchObject({
      state: "unknown",
      outcomeText: expect.stringContaining("cannot be read from the artifact store (ELOOP)"),
    });
    await rename(`${file}.away`, file);
    await askAgain(id);
    expect(await world.find(number)).toMatchObject({ state: "succeeded" });
  });

  test("an automatic rollback whose artifact is gone ends in a person's hands", async () => {
    const good = await givenBadAfterGood();
    await rm(await storedFile(good.id));
    const number = await world.toProduction((await world.liveRelease()).id, world.slots.prodApi.id);
    expect(await world.find(number)).toMatchObject({
      state: "needs_human",
      outcomeText: expect.stringContaining("is not in the artifact store"),
    });
    expect(await world.newest({ slotId: world.slots.prodApi.id })).toMatchObject({
      kind: "rollback",
      state: "failed",
    });
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
    const good = await world.liveRelease();
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
    await world.toMaster();
    const bad = await world.liveRelease();
    const number = await world.toProduction(bad.id, world.slots.prodApi.id);
    expect(await world.find(number)).toMatchObject({ state: "needs_human", outcomeCode: "NEEDS_HUMAN" });
    return { good, bad, number };
  }

  test("a rollback to what was live before can be asked for, and settles it", async () => {
    const { good, bad, number } = await failedInProduction();
    const asked = await requestRollback(world.as(world.staff.lead), {
      slotId: world.slots.prodApi.id,
      releaseId: good.id,
      reason: "it does not answer",
      withdrawsRelease: true,
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

  test("said by whoever answers for one environment, it holds the slot and withdraws the release for nobody", async () => {
    const { bad, number } = await failedInProduction();
    const ofProduction = world.as({
      ...world.staff.approver,
      grants: [{ role: "release_approver", scope: { kind: "environment", id: world.environments.prod.id } }],
    });
    expect((await getPromotion(ofProduction, { number })).you).toMatchObject({ canWithdraw: false });
    await resolvePromotion(ofProduction, {
      promotionId: (await world.find(number)).id,
      outcome: "rolled_back",
      reason: "done by hand",
    });
    expect(await world.find(number)).toMatchObject({ state: "rolled_back" });
    expect((await world.liveRelease()).id).toBe(bad.id);
    const { holds } = await getSlot(world.as(world.staff.lead), { slotId: world.slots.prodApi.id });
    expect(holds).toMatchObject([{ reason: `${bad.version} was rolled back: done by hand` }]);
  });

  test("an old failure is not tried again over what was deployed since", async () => {
    const { good, number } = await failedInProduction();
    const { id } = await world.find(number);
    await resolvePromotion(world.as(world.staff.second), {
      promotionId: id,
      outcome: "failed",
      reason: "looked at",
    });
    await world.toProduction(good.id, world.slots.prodApi.id);
    await expect(retryPromotion(world.as(world.staff.lead), { promotionId: id })).rejects.toMatchObject({
      code: "TOO_LATE",
    });
  });
});

describe("a rollback whose outcome nobody knows, settled by a person", { timeout: 60_000 }, () => {
  const settled = (promotionId: string) =>
    resolvePromotion(world.as(world.staff.second), { promotionId, outcome: "failed", reason: "it burned" });

  test("Clearway's own: what it was to take back needs a person, who rolls back on a new host", async () => {
    const good = await givenBadAfterGood();
    const [asked] = await requestDeployment(world.as(world.staff.lead), {
      releaseId: (await world.liveRelease()).id,
      slotIds: [world.slots.prodApi.id],
    });
    const number = asked?.number ?? 0;
    await world.settle();
    await world.approve(world.staff.second, number);
    await world.approve(world.staff.approver, number);
    // The host is lost between the failed check and the way back.
    await executePromotion(world.ctx, { promotionId: (await world.find(number)).id }, 30);
    expect(await world.find(number)).toMatchObject({ state: "rolling_back" });
    world.faults.failBeforeEffect = "disconnect";
    await world.settle();
    const rollback = await world.newest({ slotId: world.slots.prodApi.id });
    expect(rollback).toMatchObject({ kind: "rollback", state: "unknown", requestedById: null });
    await expect(settled(rollback.id)).rejects.toMatchObject({ code: "CONFLICT" });
    await silentForTenMinutes(rollback.id);

    await settled(rollback.id);
    expect(await world.find(rollback.number)).toMatchObject({ state: "failed", outcomeCode: "RESOLVED" });
    expect(await world.find(number)).toMatchObject({
      state: "needs_human",
      outcomeCode: "ROLLBACK_FAILED",
      outcomeText: "Its rollback was settled as failed: it burned",
    });
    const tried = await world.db
      .select({ state: deployments.state })
      .from(deployments)
      .where(eq(deployments.promotionId, rollback.id));
    expect(tried).toEqual([{ state: "failed" }]);
    await expect(
      retryPromotion(world.as(world.staff.lead), { promotionId: rollback.id }),
    ).rejects.toMatchObject({ code: "TOO_LATE" });

    // What stands there is not what is recorded as live, and the slot's page offers the way back.
    const page = await getSlot(world.as(world.staff.lead), { slotId: world.slots.prodApi.id });
    expect(page.rollbackTo).toMatchObject([{ version: good.version, obstacle: null }]);
    delete world.faults.failBeforeEffect;
    const again = await requestRollback(world.as(world.staff.lead), {
      slotId: world.slots.prodApi.id,
      releaseId: good.id,
      reason: "there is a new host",
      withdrawsRelease: false,
    });
    await world.settle();
    expect(await world.find(again.number)).toMatchObject({ state: "succeeded" });
    expect(await world.find(number)).toMatchObject({ state: "rolled_back" });
    expect(await world.running(world.slots.prodApi.id)).toBe(good.version);
  });

  test("a person's: what it was to take back stays as it was, and the rollback can be tried again", async () => {
    const first = await world.liveRelease();
    await world.mergeFeature("next", { next: "1" });
    await world.toMaster();
    const next = await world.liveRelease();
    const number = await world.toProduction(next.id, world.slots.prodApi.id);
    world.faults.failBeforeEffect = "disconnect";
    const asked = await requestRollback(world.as(world.staff.lead), {
      slotId: world.slots.prodApi.id,
      releaseId: first.id,
      reason: "customers complain",
      withdrawsRelease: false,
    });
    await world.settle();
    const lost = await world.find(asked.number);
    expect(lost).toMatchObject({ state: "unknown" });
    await silentForTenMinutes(lost.id);

    await settled(lost.id);
    expect(await world.find(asked.number)).toMatchObject({ state: "failed", outcomeText: "it burned" });
    expect(await world.find(number)).toMatchObject({ state: "succeeded" });
    expect(await world.running(world.slots.prodApi.id)).toBe(next.version);

    delete world.faults.failBeforeEffect;
    await retryPromotion(world.as(world.staff.second), { promotionId: lost.id });
    await world.settle();
    expect(await world.find(asked.number)).toMatchObject({ state: "succeeded" });
    expect(await world.running(world.slots.prodApi.id)).toBe(first.version);
  });
});
