import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { audited, givenPolicy } from "@/db/testing/given";
import { verifyAudit } from "../audit/verify";
import { bindPolicy } from "../policies/commands";
import { requestDeployment } from "../promotions/request";
import { createWorlds, type World } from "../promotions/testing/engine-world";
import { retireEnvironment } from "./commands";
import { getMatrix } from "./matrix";
import { listEnvironments } from "./queries";

let world: World;
let ids: { dev: string; prod: string };
let releaseId: string;
/** A deployment to Acme's production that waits. */
let number: number;

const worlds = createWorlds(async (first) => {
  await first.begin();
  await first.mergeFeature("one", { one: "1" });
  await first.toMaster();
  const { id } = await first.liveRelease();
  await requestDeployment(first.as(first.staff.lead), { releaseId: id, slotIds: [first.slots.acmeVm.id] });
  await first.settle();
});
beforeEach(async () => {
  world = await worlds.next();
  ids = { dev: world.environments.dev.id, prod: world.environments.prod.id };
  releaseId = (await world.liveRelease()).id;
  ({ number } = await world.newest({ slotId: world.slots.acmeVm.id }));
});
afterEach(async () => {
  const chain = await verifyAudit(world.db);
  await world.stop();
  expect(chain).toMatchObject({ isIntact: true });
});
afterAll(() => worlds.remove());

const admin = () => world.as(world.staff.admin);

function bind(environmentId: string, policyKey: string | null, expectedPolicyKey: string | null) {
  const target = { kind: "environment" as const, environmentId };
  return bindPolicy(admin(), { target, policyKey, expectedPolicyKey, note: "as agreed" });
}

test("closing sends what waits back to its gates, and opening lets it go on", async () => {
  expect(await world.find(number)).toMatchObject({ state: "awaiting_approval" });
  const { key } = world.policies.production;
  await bind(ids.prod, null, key);
  await world.settle();
  expect(await world.find(number)).toMatchObject({ state: "gating" });
  await bind(ids.prod, key, null);
  await world.settle();
  expect(await world.find(number)).toMatchObject({ state: "awaiting_approval" });
});

test("retiring cancels what waits with the reason, and nothing goes there again", async () => {
  const answer = await retireEnvironment(admin(), { environmentId: ids.prod, reason: "moved away" });
  expect(answer.cancelled).toBe(1);
  expect(await world.find(number)).toMatchObject({
    state: "cancelled",
    outcomeText: "Production was retired: moved away",
  });
  await expect(
    requestDeployment(world.as(world.staff.lead), { releaseId, slotIds: [world.slots.acmeVm.id] }),
  ).rejects.toMatchObject({ code: "ENVIRONMENT_RETIRED" });
});

test("what was live there stays known behind a filter", async () => {
  await retireEnvironment(admin(), { environmentId: ids.prod, reason: "moved away" });
  const keys = async (retired: boolean) =>
    (await getMatrix(world.as(world.staff.lead), { retired })).environments.map(({ key }) => key);
  expect(await keys(false)).toEqual(["dev"]);
  expect(await keys(true)).toEqual(["dev", "prod"]);
});

test("an environment that a policy in force asks for is not retired", async () => {
  await expect(
    retireEnvironment(admin(), { environmentId: ids.dev, reason: "not needed" }),
  ).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("verified there") });
});

test("a policy that is bound at the same moment and asks for it keeps it", async () => {
  const asking = await givenPolicy(world.db, { verifiedIn: ["prod"] }, { subject: "branch" });
  const isWaiting = async () => {
    const { rows } = await world.db.execute(
      "select 1 from pg_stat_activity where wait_event = 'advisory' and datname = current_database()",
    );
    return rows.length > 0;
  };
  let retired: Promise<unknown> = Promise.resolve();
  await audited(world.db, async (tx) => {
    await tx.execute(`select pg_advisory_xact_lock(${0x43_57_50_4f})`);
    await tx.execute(
      `insert into branch_policies (branch_kind, policy_id) values ('hotfix', '${asking.id}')
       on conflict (branch_kind) do update set policy_id = excluded.policy_id`,
    );
    retired = retireEnvironment(admin(), { environmentId: ids.prod, reason: "moved away" }).catch(
      (error: unknown) => error,
    );
    await expect.poll(isWaiting).toBe(true);
  });
  expect(await retired).toMatchObject({ code: "CONFLICT", message: expect.stringContaining(asking.name) });
});

test("what began with it on its path is counted before it is retired", async () => {
  await world.mergeFeature("two", { two: "2" });
  const asked = await world.open(world.staff.lead, "sprint/2026.21", "master");
  await world.settle();
  const needing = async () =>
    (await listEnvironments(admin())).environments.find(({ id }) => id === ids.dev)?.counts?.needing;
  expect(await needing()).toBe(1);
  const shorter = await givenPolicy(world.db, { requiresChecks: true }, { subject: "branch" });
  await audited(world.db, (tx) =>
    tx.execute(`update branch_policies set policy_id = '${shorter.id}' where branch_kind = 'master'`),
  );
  expect(await needing()).toBe(1);
  await world.approve(world.staff.second, asked.promotion.number);
  await world.approve(world.staff.approver, asked.promotion.number);
  await world.settle();
  expect(await needing()).toBe(0);
});
