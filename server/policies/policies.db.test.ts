import { and, desc, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  auditEvents,
  branchPolicies,
  environments,
  grants,
  promotionGates,
  promotionRevisions,
  votes,
} from "@/db/schema";
import { audited, givenGrant, givenPerson, givenProduct } from "@/db/testing/given";
import type { PolicyRules } from "@/domain/policies/policy";
import { change } from "../audit/change";
import { verifyAudit } from "../audit/verify";
import { readDecidedBy } from "../promotions/decided-by";
import { executePromotion } from "../promotions/execute";
import { requestDeployment } from "../promotions/request";
import { createWorld, type World } from "../promotions/testing/engine-world";
import { bindPolicy, copyPolicy, createCopy, publishPolicy } from "./commands";
import { getPolicy, listChecks, listPolicies } from "./overview";
import { previewPolicy } from "./preview";
import { newestPolicy, policyForBranch } from "./queries";

let world: World;
let merges: string;

beforeAll(async () => {
  world = await createWorld();
  await world.begin();
  merges = world.policies.peer.key;
});
afterAll(async () => {
  const chain = await verifyAudit(world.db);
  await world.stop();
  expect(chain).toMatchObject({ isIntact: true });
});

const admin = () => world.as(world.staff.admin);

async function present(key: string) {
  const policy = await newestPolicy(world.db, key);
  if (!policy) throw new Error(`no policy ${key}`);
  return policy;
}

async function publish(key: string, over: Partial<PolicyRules>, note = "because") {
  const { rules, version, name } = await present(key);
  return publishPolicy(admin(), { key, expectedVersion: version, name, rules: { ...rules, ...over }, note });
}

const peers = (minimum: number): Partial<PolicyRules> => ({
  approvals: [{ key: "peer", name: "Peer", roles: ["developer", "tech_lead"], minimum }],
});

let features = 0;
/** A feature that waits for its approval. */
async function waiting(): Promise<number> {
  features += 1;
  const branch = `feature/2026.21/PAY-1-number-${features}`;
  await world.commit(branch, { [`file-${features}`]: "1" }, world.staff.author, "sprint/2026.21");
  const opened = await world.open(world.staff.author, branch, "sprint/2026.21");
  await world.settle();
  return opened.promotion.number;
}

async function revisions(number: number) {
  const { id } = await world.find(number);
  return world.db
    .select()
    .from(promotionRevisions)
    .where(eq(promotionRevisions.promotionId, id))
    .orderBy(promotionRevisions.revision);
}

async function checksGate(number: number) {
  const { id, revision } = await world.find(number);
  const [gate] = await world.db
    .select()
    .from(promotionGates)
    .where(
      and(
        eq(promotionGates.promotionId, id),
        eq(promotionGates.revision, revision),
        eq(promotionGates.key, "checks"),
      ),
    );
  return gate;
}

describe("a policy that changes under a promotion", () => {
  test("asks for more: votes begin again, under the stricter rules, and the next one is asked for them from the start", async () => {
    const number = await waiting();
    const { version } = await publish(merges, peers(2), "two pairs of eyes");
    await world.settle();
    expect(await world.find(number)).toMatchObject({ state: "awaiting_approval", revision: 2 });
    const [, second] = await revisions(number);
    expect(second).toMatchObject({
      reason: "the policy became stricter: now asks for 2 of Developer or Tech lead, was 1",
      policyId: (await present(merges)).id,
    });
    expect(await world.approve(world.staff.peer, number)).toEqual({ state: "awaiting_approval", missing: 1 });
    expect(await world.approve(world.staff.lead, number)).toEqual({ state: "ready", missing: 0 });
    await world.settle();
    expect(await world.find(number)).toMatchObject({ state: "succeeded" });

    const next = await waiting();
    expect(await revisions(next)).toHaveLength(1);
    expect(await world.approve(world.staff.peer, next)).toMatchObject({ missing: 1 });
    expect(version).toBe(2);
  });

  test("asks for less: what it began with still holds, and a new one is asked for less", async () => {
    const number = await waiting();
    await publish(merges, peers(1), "one is enough");
    await world.settle();
    expect(await revisions(number)).toHaveLength(1);
    expect(await world.approve(world.staff.peer, number)).toMatchObject({ missing: 1 });
    expect(await world.approve(world.staff.second, number)).toMatchObject({ missing: 0 });
    await world.settle();
    expect(await world.approve(world.staff.peer, await waiting())).toMatchObject({ missing: 0 });
    await world.settle();
  });

  test("a vote given before does not count, and the same person votes again", async () => {
    await publish(merges, peers(2));
    const number = await waiting();
    await world.approve(world.staff.peer, number);
    await publish(merges, peers(3), "three, for a week");
    await world.settle();
    const { id } = await world.find(number);
    expect(await world.approve(world.staff.peer, number)).toMatchObject({ missing: 2 });
    const cast = await world.db.select().from(votes).where(eq(votes.promotionId, id)).orderBy(votes.revision);
    expect(cast.map(({ revision }) => revision)).toEqual([1, 2]);
    await publish(merges, peers(1));
    await world.settle();
  });

  test("published between the last vote and the merge: nothing is merged before people have voted again", async () => {
    const number = await waiting();
    await world.approve(world.staff.peer, number);
    expect(await world.find(number)).toMatchObject({ state: "ready" });
    world.jobs.length = 0;
    await publish(merges, peers(2));
    // The start comes first, as if the look at the gates were still in the queue.
    await executePromotion(world.ctx, { promotionId: (await world.find(number)).id }, 30);
    expect(await world.find(number)).toMatchObject({ state: "awaiting_approval", revision: 2 });
    await publish(merges, peers(1));
    await world.settle();
  });

  test("stricter while it waited and put back: the card says by which version, and that a new one is asked for less", async () => {
    const { version: began } = await present(merges);
    const number = await waiting();
    const { id } = await world.find(number);
    expect(await readDecidedBy(world.ctx, id)).toMatchObject({ earlier: [], now: null });
    await publish(merges, peers(3));
    await world.settle();
    await publish(merges, peers(1));
    await world.settle();
    expect(await readDecidedBy(world.ctx, id)).toEqual({
      isStricter: false,
      isClosed: false,
      earlier: [expect.objectContaining({ key: merges, version: began })],
      now: expect.objectContaining({ key: merges, version: began + 2, stricter: [], asksForLess: true }),
    });
    await publish(merges, { ...peers(3), expiresAfterHours: 10 });
    expect(await readDecidedBy(world.ctx, id)).toMatchObject({ now: { stricter: [], asksForLess: false } });
    await publish(merges, peers(1));
    await world.settle();
  });

  test("a check that is asked for by name keeps what lacks it from being merged, and says which", async () => {
    const number = await waiting();
    await publish(merges, { requiredChecks: ["lint"] });
    await world.settle();
    expect(await world.find(number)).toMatchObject({ state: "gating", revision: 2 });
    expect((await checksGate(number))?.detail).toMatch(
      /^Run \d+ has no check lint, which the policy asks for\. Add a job with this key to \.clearway\/pipeline\.yaml, then push\.$/,
    );
    await publish(merges, { requiredChecks: ["build"] });
    const next = await waiting();
    expect(await checksGate(next)).toMatchObject({ status: "pass" });
    expect((await checksGate(next))?.detail).toMatch(/with check build\.$/);
    expect(await checksGate(number)).toMatchObject({ status: "fail" });
    await publish(merges, { requiredChecks: [] });
    await world.settle();
  });

  test("closed: what waits stays where it is and says so; bound again, it goes on", async () => {
    const number = await waiting();
    await bindPolicy(admin(), {
      target: { kind: "branch", branchKind: "sprint" },
      policyKey: null,
      expectedPolicyKey: merges,
      note: "an audit",
    });
    await world.settle();
    expect(await world.find(number)).toMatchObject({
      state: "gating",
      outcomeText:
        "Nothing merges into sprint/2026.21 for now: no policy is bound to branches of the kind sprint.",
    });
    await expect(waiting()).rejects.toMatchObject({ message: /no policy is bound/ });
    await bindPolicy(admin(), {
      target: { kind: "branch", branchKind: "sprint" },
      policyKey: merges,
      expectedPolicyKey: null,
      note: "it is over",
    });
    await world.settle();
    expect(await world.find(number)).toMatchObject({ state: "awaiting_approval" });
  });

  test("a deployment is asked again too, and keeps the path that it began with", async () => {
    const number = await world.mergeFeature("deployed", { deployed: "1" });
    expect(await world.find(number)).toMatchObject({ state: "succeeded" });
    const { key } = world.policies.production;
    await publish(key, { requiresMaster: false });
    const release = await world.liveRelease();
    const [asked] = await requestDeployment(world.as(world.staff.lead), {
      releaseId: release.id,
      slotIds: [world.slots.prodApi.id],
    });
    await world.settle();
    const deployment = asked?.number ?? 0;
    expect(await world.find(deployment)).toMatchObject({ state: "awaiting_approval", revision: 1 });
    await world.approve(world.staff.second, deployment);
    await publish(key, { requiresMaster: true, verifiedIn: ["dev"] });
    await world.settle();
    expect(await world.find(deployment)).toMatchObject({ state: "awaiting_approval", revision: 1 });
    const { approvals } = (await present(key)).rules;
    await publish(key, {
      approvals: approvals.map((rule) => ({ ...rule, roles: ["tech_lead", "release_approver"], minimum: 2 })),
      requiresChecks: true,
    });
    await world.settle();
    const [, second] = await revisions(deployment);
    expect(second).toMatchObject({
      reason: "the policy became stricter: now the pipeline must have passed",
      releaseDigest: release.digest,
      boundTargetSha: null,
    });
    expect(second?.rules).toMatchObject({ requiresMaster: false, verifiedIn: [], requiresChecks: true });
    expect(await checksGate(deployment)).toMatchObject({ status: "pass" });
    expect(await world.find(deployment)).toMatchObject({ state: "awaiting_approval", revision: 2 });
  });
});

describe("publishing", () => {
  test("is refused with the reason where nobody could fulfil it", async () => {
    await expect(publish(merges, peers(4))).rejects.toMatchObject({
      code: "UNSATISFIABLE",
      message:
        "Peer asks for 4 of Developer or Tech lead; in Payments only 4 people could, so nothing would pass whenever one of them is away or wrote the change.",
    });
    await expect(
      publish(merges, { approvals: [{ key: "qa", name: "QA", roles: ["qa"], minimum: 1 }] }),
    ).rejects.toMatchObject({ message: "QA asks for 1 of QA; nobody in Payments could give it." });
  });

  test("is warned of where nobody may be away besides whoever asks, who never counts", async () => {
    expect(await warningsOf(merges, peers(2))).toEqual([]);
    expect(await warningsOf(merges, peers(3))).toEqual([
      "Peer asks for 3 of Developer or Tech lead; in Payments 4 people could, so nobody may be away whenever one of them asks for it or wrote the change.",
    ]);
  });

  test("an administrator and somebody of another client do not count", async () => {
    const tester = await givenPerson(world.db, { name: "Tester" });
    const other = await givenPerson(world.db, { name: "Other" });
    await givenGrant(world.db, tester.id, "qa", { kind: "client", id: (await acme()) ?? "" });
    await givenGrant(world.db, other.id, "qa", { kind: "client", id: (await acme()) ?? "" });
    const qa = { approvals: [{ key: "qa", name: "QA", roles: ["qa" as const], minimum: 1 }] };
    // They could for the client's own component, not for the common one.
    await expect(publish(world.policies.production.key, qa)).rejects.toMatchObject({
      message: "QA asks for 1 of QA; nobody in Payments could give it.",
    });
    expect(await obstaclesOf(world.policies.production.key, qa)).toEqual([
      "QA asks for 1 of QA; nobody in Payments could give it.",
    ]);
  });

  async function acme() {
    const [row] = await world.db.query.slots.findMany({
      where: (slot, { eq: is }) => is(slot.id, world.slots.acmeVm.id),
    });
    return row?.clientId;
  }

  async function warningsOf(key: string, over: Partial<PolicyRules>) {
    const { rules } = await present(key);
    return (await previewPolicy(admin(), { key, rules: { ...rules, ...over } })).warnings;
  }

  async function obstaclesOf(key: string, over: Partial<PolicyRules>) {
    const { rules } = await present(key);
    return (await previewPolicy(admin(), { key, rules: { ...rules, ...over } })).obstacles;
  }

  test("a place that could not fulfil it before is no obstacle to an edit, and hides none elsewhere", async () => {
    const here = { kind: "product" as const, id: world.product.id };
    for (const name of ["First tester", "Second tester"]) {
      const { id } = await givenPerson(world.db, { name });
      await givenGrant(world.db, id, "qa", here);
    }
    const qa = (minimum: number): Partial<PolicyRules> => ({
      approvals: [{ key: "qa", name: "QA", roles: ["qa"], minimum }],
    });
    await publish(merges, qa(1));
    await givenProduct(world.db, { name: "Unstaffed" });
    expect(await obstaclesOf(merges, {})).toEqual([]);
    expect(await warningsOf(merges, {})).toEqual(["QA asks for 1 of QA; nobody in Unstaffed could give it."]);
    await publish(merges, { expiresAfterHours: 50 });
    const closing =
      "QA asks for 2 of QA; in Payments only 2 people could, so nothing would pass whenever one of them is away or wrote the change.";
    expect(await obstaclesOf(merges, qa(2))).toEqual([closing]);
    await expect(publish(merges, qa(2))).rejects.toMatchObject({ code: "UNSATISFIABLE", message: closing });

    // Where people could fulfil what is asked for now, an edit that takes that away is refused.
    await publish(merges, { ...peers(1), expiresAfterHours: 72 });
    await expect(publish(merges, qa(1))).rejects.toMatchObject({
      message: "QA asks for 1 of QA; nobody in Unstaffed could give it.",
    });
  });

  test("is refused where places would wait for each other, or for one that is not there", async () => {
    const production = world.policies.production.key;
    await expect(publish(production, { verifiedIn: ["prod"] })).rejects.toMatchObject({
      code: "UNSATISFIABLE",
      message: "Production waits for Production: nothing could ever get there.",
    });
    await expect(publish(production, { verifiedIn: ["moon"] })).rejects.toMatchObject({
      message: "There is no environment moon, so nothing could ever be verified there.",
    });
    const dev = (await world.db.select().from(environments).where(eq(environments.key, "dev"))).at(0);
    const policy = (await world.db.query.policies.findMany()).find(({ id }) => id === dev?.policyId);
    await expect(publish(policy?.key ?? "", { requiresMaster: true })).rejects.toMatchObject({
      message: "Dev waits for Master waits for Dev: nothing could ever get there.",
    });
  });

  test("is refused where nobody would be asked before production or master any more", async () => {
    const code = "UNSATISFIABLE";
    const production = world.policies.production.key;
    await expect(publish(production, { approvals: [] })).rejects.toMatchObject({
      code,
      message: expect.stringContaining("before Production"),
    });
    const master = await policyForBranch(world.db, "master");
    if (!master) throw new Error("nothing decides over master");
    await expect(publish(master.key, { approvals: [] })).rejects.toMatchObject({
      code,
      message: expect.stringContaining("before master"),
    });
    // Nor do those help whom one administrator appoints: one of them could enter a second account and let it approve.
    for (const key of [production, master.key]) {
      await expect(publish(key, peers(1))).rejects.toMatchObject({
        code,
        message: expect.stringContaining("One administrator could appoint everybody who is asked before"),
      });
    }
    // Nor by way of a policy that was made for somewhere else.
    const idle = await createCopy(admin(), {
      fromKey: master.key,
      key: "idle",
      name: "Idle",
      note: "because",
    });
    await publish(idle.key, { approvals: [] });
    await expect(
      bindPolicy(admin(), {
        target: { kind: "branch", branchKind: "master" },
        policyKey: idle.key,
        expectedPolicyKey: master.key,
        note: "because",
      }),
    ).rejects.toMatchObject({ code });
    expect((await policyForBranch(world.db, "master"))?.id).toBe(master.id);
  });

  test("on top of a version that somebody else replaced is refused", async () => {
    const { rules, version, name } = await present(merges);
    const input = {
      key: merges,
      expectedVersion: version,
      name,
      rules: { ...rules, expiresAfterHours: 5 },
      note: "why",
    };
    const [first, second] = await Promise.allSettled([
      publishPolicy(admin(), input),
      publishPolicy(admin(), { ...input, rules: { ...rules, expiresAfterHours: 6 } }),
    ]);
    const outcomes = [first, second].map((one) => one?.status).sort();
    expect(outcomes).toEqual(["fulfilled", "rejected"]);
    const refused = [first, second].find((one) => one?.status === "rejected");
    expect(refused).toMatchObject({ reason: { code: "STALE_WRITE", facts: { version: version + 1 } } });
    expect((await present(merges)).version).toBe(version + 1);
  });

  test("nothing new is nothing to publish, and only an administrator publishes", async () => {
    await expect(publish(merges, {})).rejects.toMatchObject({
      message: "Nothing is different from the present version.",
    });
    const { rules, version, name } = await present(merges);
    for (const person of [world.staff.lead, world.staff.approver, world.staff.peer]) {
      await expect(
        publishPolicy(world.as(person), { key: merges, expectedVersion: version, name, rules, note: "why" }),
      ).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
  });

  test("leaves who, why and what is different in the audit trail", async () => {
    await publish(merges, { expiresAfterHours: 100 }, "longer holidays");
    const [row] = await world.db
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.action, "policy.published"))
      .orderBy(desc(auditEvents.sequence))
      .limit(1);
    expect(JSON.parse(row?.payload ?? "{}")).toMatchObject({
      actor: { name: "admin" },
      reason: "longer holidays",
      after: { differences: [expect.stringMatching(/^expires after 100 hours, was /)] },
    });
    const [newest] = (await getPolicy(admin(), { key: merges })).versions;
    expect(newest).toMatchObject({ note: "longer holidays", createdBy: "admin" });
  });
});

describe("copies and bindings", () => {
  test("a copy is a policy of its own that decides nowhere until it is bound, and then there only", async () => {
    await createCopy(admin(), { fromKey: merges, key: "hotfixes", name: "Hotfixes", note: "they hurry" });
    expect((await listPolicies(admin())).idle.map(({ key }) => key)).toContain("hotfixes");
    await bindPolicy(admin(), {
      target: { kind: "branch", branchKind: "hotfix" },
      policyKey: "hotfixes",
      expectedPolicyKey: null,
      note: "they hurry",
    });
    await publish("hotfixes", { expiresAfterHours: 1 });
    expect(await policyForBranch(world.db, "hotfix/PAY-9")).toMatchObject({ key: "hotfixes", version: 2 });
    expect(await policyForBranch(world.db, "sprint/2026.21")).toMatchObject({ key: merges });
    await expect(
      createCopy(admin(), { fromKey: merges, key: "hotfixes", name: "X", note: "again" }),
    ).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  test("binding what somebody bound meanwhile is refused", async () => {
    await expect(
      bindPolicy(admin(), {
        target: { kind: "branch", branchKind: "hotfix" },
        policyKey: merges,
        expectedPolicyKey: null,
        note: "mine",
      }),
    ).rejects.toMatchObject({ code: "STALE_WRITE" });
    const rows = await world.db.select().from(branchPolicies).where(eq(branchPolicies.branchKind, "hotfix"));
    expect(rows).toHaveLength(1);
  });

  test("a policy for branches does not decide over an environment", async () => {
    const [place] = await world.db.select().from(environments).where(eq(environments.key, "dev"));
    const bound = (await world.db.query.policies.findMany()).find(({ id }) => id === place?.policyId);
    await expect(
      bindPolicy(admin(), {
        target: { kind: "environment", environmentId: place?.id ?? "" },
        policyKey: merges,
        expectedPolicyKey: bound?.key ?? null,
        note: "try",
      }),
    ).rejects.toMatchObject({ code: "INVALID" });
  });

  test("a copy as part of another change is undone with it", async () => {
    await expect(
      change(admin(), async (c) => {
        await copyPolicy(c, await present(merges), { key: "undone", name: "Undone" });
        throw new Error("something else went wrong");
      }),
    ).rejects.toThrow("something else");
    expect(await newestPolicy(world.db, "undone")).toBeNull();
  });
});

describe("the preview", () => {
  test("counts what these rules would have said, by the very votes that there were, and saves nothing", async () => {
    const { rules, version } = await present(merges);
    const same = await previewPolicy(admin(), { key: merges, rules: { ...rules, ...peers(1) } });
    expect(same.summary).toMatchObject({ waits: 0, unknown: 0 });
    expect(same.summary.carriedOut).toBeGreaterThan(2);
    const two = await previewPolicy(admin(), { key: merges, rules: { ...rules, ...peers(2) } });
    expect(two.summary.carriedOut).toBe(same.summary.carriedOut);
    expect(two.summary.same + two.summary.waits).toBe(two.summary.carriedOut);
    expect(two.summary.same).toBeGreaterThan(0);
    expect(two.summary.reasons).toEqual([
      { text: "1 more of Developer or Tech lead", count: two.summary.waits },
    ]);
    expect(two.different).toHaveLength(two.summary.waits);
    const checks = await previewPolicy(admin(), {
      key: merges,
      rules: { ...rules, ...peers(1), requiredChecks: ["build", "lint"] },
    });
    expect(checks.summary.reasons).toEqual([{ text: "check lint", count: same.summary.carriedOut }]);
    expect(await present(merges)).toMatchObject({ version });
  });

  test("a role that was revoked since still counts for the vote that it was used for", async () => {
    const { rules } = await present(merges);
    const before = await previewPolicy(admin(), { key: merges, rules });
    await audited(world.db, (tx) =>
      tx.update(grants).set({ revokedAt: new Date() }).where(eq(grants.personId, world.staff.peer.personId)),
    );
    expect((await previewPolicy(admin(), { key: merges, rules })).summary).toEqual(before.summary);
    expect((await getPolicy(admin(), { key: merges })).obstacles).toEqual([]);
  });

  test("offers the jobs that were seen", async () => {
    expect((await listChecks(admin())).checks).toEqual([{ key: "build", repositories: ["payments"] }]);
  });
});
