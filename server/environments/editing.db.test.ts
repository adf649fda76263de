import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { environments, policies, promotionGates, slots } from "@/db/schema";
import { audited, givenBranchPolicy, givenPolicy } from "@/db/testing/given";
import type { AddEnvironment } from "@/domain/environments/input";
import { verifyAudit } from "../audit/verify";
import { bindPolicy } from "../policies/commands";
import { policyForBranch } from "../policies/queries";
import { requestDeployment } from "../promotions/request";
import { createWorlds, type World } from "../promotions/testing/engine-world";
import { addEnvironment, editEnvironment, moveEnvironment, retireEnvironment } from "./commands";
import { getMatrix } from "./matrix";
import { listEnvironments } from "./queries";

let world: World;
let ids: { dev: string; prod: string };

const worlds = createWorlds((first) => first.begin());
beforeEach(async () => {
  world = await worlds.next();
  ids = { dev: world.environments.dev.id, prod: world.environments.prod.id };
});
afterEach(async () => {
  const chain = await verifyAudit(world.db);
  await world.stop();
  expect(chain).toMatchObject({ isIntact: true });
});
afterAll(() => worlds.remove());

const admin = () => world.as(world.staff.admin);

function staging(over: Partial<AddEnvironment> = {}): AddEnvironment {
  return {
    key: "staging",
    name: "Staging",
    afterId: ids.dev,
    isProduction: false,
    isPerClient: false,
    slotHostUrl: world.host.url,
    copyPolicyOfId: null,
    ...over,
  };
}

function bind(environmentId: string, policyKey: string | null, expectedPolicyKey: string | null) {
  const target = { kind: "environment" as const, environmentId };
  return bindPolicy(admin(), { target, policyKey, expectedPolicyKey, note: "as agreed" });
}

async function order(): Promise<string[]> {
  return (await listEnvironments(admin())).environments.map(({ key }) => key);
}

async function slotIn(environmentId: string): Promise<string> {
  const [row] = await world.db.select().from(slots).where(eq(slots.environmentId, environmentId));
  return row?.id ?? "";
}

describe("adding", () => {
  test("between two others, with a slot for every component; the rest moves on", async () => {
    const added = await addEnvironment(admin(), staging());
    expect(await order()).toEqual(["dev", "staging", "prod"]);
    expect(added.slots).toBe(2);
    const { environments: columns, components } = await getMatrix(world.as(world.staff.lead), {});
    const cells = components.flatMap((component) => component.cells);
    expect(columns.map(({ key }) => key)).toEqual(["dev", "staging", "prod"]);
    expect(cells.filter(({ environmentKey }) => environmentKey === "staging")).toHaveLength(2);
  });

  test("first of all, and per client with one slot for each subscription", async () => {
    await addEnvironment(admin(), staging({ afterId: null }));
    const pilot = await addEnvironment(
      admin(),
      staging({ key: "pilot", name: "Pilot", afterId: ids.prod, isPerClient: true }),
    );
    expect(await order()).toEqual(["staging", "dev", "prod", "pilot"]);
    const made = await world.db.select().from(slots).where(eq(slots.environmentId, pilot.environmentId));
    expect(made.map(({ clientId }) => clientId !== null).sort()).toEqual([false, true]);
  });

  test("it is closed until a policy is bound, and a request is refused with that reason", async () => {
    await world.mergeFeature("one", { one: "1" });
    const release = await world.liveRelease();
    const added = await addEnvironment(admin(), staging());
    const request = { releaseId: release.id, slotIds: [await slotIn(added.environmentId)] };
    await expect(requestDeployment(world.as(world.staff.lead), request)).rejects.toMatchObject({
      code: "ENVIRONMENT_CLOSED",
    });
    const policy = await givenPolicy(world.db, {}, { key: "staging-open" });
    await bind(added.environmentId, policy.key, null);
    const [asked] = await requestDeployment(world.as(world.staff.lead), request);
    await world.settle();
    expect(await world.find(asked?.number ?? 0)).toMatchObject({ state: "succeeded" });
  });

  test("a copied policy is its own from then on", async () => {
    const added = await addEnvironment(admin(), staging({ copyPolicyOfId: ids.dev }));
    const rows = await world.db
      .select({ policy: policies })
      .from(environments)
      .innerJoin(policies, eq(policies.id, environments.policyId))
      .where(eq(environments.id, added.environmentId));
    const [original] = await world.db
      .select({ policy: policies })
      .from(environments)
      .innerJoin(policies, eq(policies.id, environments.policyId))
      .where(eq(environments.id, ids.dev));
    expect(rows[0]?.policy).toMatchObject({ key: "staging", version: 1, rules: original?.policy.rules });
    expect(rows[0]?.policy.id).not.toBe(original?.policy.id);
  });

  test.each<[string, Partial<AddEnvironment>, string]>([
    ["a key that exists", { key: "dev" }, "CONFLICT"],
    ["a name that exists, in other letters", { name: "DEV" }, "CONFLICT"],
    ["a host that is no http address", { slotHostUrl: "file:///etc" }, "INVALID"],
    ["a demonstration's host in a real installation", { slotHostUrl: "demonstration:" }, "INVALID"],
    ["after nothing that exists", { afterId: "00000000-0000-4000-8000-000000000001" }, "NOT_FOUND"],
  ])("%s is refused and nothing is left of it", async (_, over, code) => {
    await expect(addEnvironment(admin(), staging(over))).rejects.toMatchObject({ code });
    expect(await order()).toEqual(["dev", "prod"]);
  });

  test("two at the same moment in the same place both get one", async () => {
    await Promise.all([
      addEnvironment(admin(), staging()),
      addEnvironment(admin(), staging({ key: "perf", name: "Performance" })),
    ]);
    const found = await order();
    expect(found[0]).toBe("dev");
    expect(found.slice(1, 3).sort()).toEqual(["perf", "staging"]);
  });

  test("a tech lead is refused", async () => {
    await expect(addEnvironment(world.as(world.staff.lead), staging())).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });
});

test("what is on its way keeps the path it began with", async () => {
  await world.mergeFeature("one", { one: "1" });
  const opened = await world.open(world.staff.lead, "sprint/2026.21", "master");
  await world.settle();
  expect(await world.find(opened.promotion.number)).toMatchObject({ state: "awaiting_approval" });
  await addEnvironment(admin(), staging());
  const longer = await givenPolicy(
    world.db,
    {
      approvals: [{ key: "senior", name: "Senior", roles: ["tech_lead", "release_approver"], minimum: 2 }],
      requiresChecks: true,
      verifiedIn: ["dev", "staging"],
      onTargetMoved: "revote",
    },
    { subject: "branch" },
  );
  await audited(world.db, (tx) =>
    tx.execute(`update branch_policies set policy_id = '${longer.id}' where branch_kind = 'master'`),
  );
  await world.approve(world.staff.second, opened.promotion.number);
  await world.approve(world.staff.approver, opened.promotion.number);
  await world.settle();
  expect(await world.find(opened.promotion.number)).toMatchObject({ state: "succeeded" });
});

test("what waits names the environments as people do, and the promotions that bring it there", async () => {
  await givenBranchPolicy(world.db, "hotfix");
  await audited(world.db, (tx) =>
    tx.execute(`update slots set schema_version = 9 where id = '${world.slots.devApi.id}'`),
  );
  await world.mergeFeature("one", { one: "1" });
  const stuck = await world.newest({ slotId: world.slots.devApi.id });
  const opened = await world.open(world.staff.lead, "sprint/2026.21", "master");
  await world.settle();
  const waiting = await world.find(opened.promotion.number);
  expect(waiting.outcomeText).toMatch(/^Dev does not run this very tree yet/);
  const [gate] = (
    await world.db.select().from(promotionGates).where(eq(promotionGates.promotionId, waiting.id))
  ).filter(({ key }) => key === "verified_in");
  expect(gate?.facts).toMatchObject({ waitsFor: [{ number: stuck.number, title: stuck.title }] });
});

test("renaming keeps the key; another name that exists is refused", async () => {
  await editEnvironment(admin(), { environmentId: ids.dev, name: "Development", slotHostUrl: null });
  const { environments: rows } = await listEnvironments(admin());
  expect(rows[0]).toMatchObject({ key: "dev", name: "Development", slotHostUrl: null });
  await expect(
    editEnvironment(admin(), { environmentId: ids.dev, name: "production", slotHostUrl: null }),
  ).rejects.toMatchObject({ code: "CONFLICT" });
});

test("whoever edits is told what master asks for", async () => {
  const { masterAsks } = await listEnvironments(admin());
  expect(masterAsks).toEqual((await policyForBranch(world.db, "master"))?.rules.verifiedIn);
});

test("moving changes places with the neighbour, up to the ends", async () => {
  expect(await moveEnvironment(admin(), { environmentId: ids.dev, direction: "down" })).toEqual({
    environmentId: ids.dev,
    name: "Dev",
    other: "Production",
  });
  expect(await order()).toEqual(["prod", "dev"]);
  await expect(moveEnvironment(admin(), { environmentId: ids.dev, direction: "down" })).rejects.toMatchObject(
    { code: "CONFLICT" },
  );
});

test("the key of a retired one is never given again, its name is", async () => {
  await retireEnvironment(admin(), { environmentId: ids.prod, reason: "moved away" });
  await expect(addEnvironment(admin(), staging({ key: "prod" }))).rejects.toMatchObject({
    code: "CONFLICT",
  });
  await addEnvironment(admin(), staging({ key: "prod-2", name: "Production", isProduction: true }));
  expect(await order()).toEqual(["dev", "prod-2", "prod"]);
});
