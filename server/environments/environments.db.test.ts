import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { releases } from "@/db/schema";
import { audited, givenClient } from "@/db/testing/given";
import { getPromotion } from "../promotions/card";
import { cancelPromotion, vote } from "../promotions/commands";
import { requestDeployment } from "../promotions/request";
import { createWorld, type World } from "../promotions/testing/engine-world";
import { compareSlots } from "./compare";
import { getMatrix, readMarks } from "./matrix";
import { getSlot } from "./slot";

let world: World;
let first: string;
let second: string;

/** Two releases: the first reaches Acme's production, the second only Dev. */
beforeAll(async () => {
  world = await createWorld();
  await world.begin();
  await world.mergeFeature("one", { one: "1" });
  first = (await world.liveRelease()).version;
  const opened = await world.open(world.staff.lead, "sprint/2026.21", "master");
  await world.settle();
  await world.approve(world.staff.second, opened.promotion.number);
  await world.approve(world.staff.approver, opened.promotion.number);
  await world.settle();
  const [asked] = await requestDeployment(world.as(world.staff.lead), {
    releaseId: (await world.liveRelease()).id,
    slotIds: [world.slots.acmeVm.id],
  });
  await world.settle();
  await world.approve(world.staff.second, asked?.number ?? 0);
  await world.approve(world.staff.approver, asked?.number ?? 0);
  await world.settle();
  await world.mergeFeature("two", { two: "2" });
  second = (await world.liveRelease()).version;
});
afterAll(() => world.stop());

test("the matrix says how far production lags by counting releases", async () => {
  const { components, clients } = await getMatrix(world.as(world.staff.lead), {});
  const cells = components.flatMap((component) => component.cells);
  const rankIn = (slotId: string) => cells.find((cell) => cell.slotId === slotId)?.rank ?? 0;
  expect(cells.find(({ slotId }) => slotId === world.slots.acmeVm.id)?.version).toBe(first);
  expect(rankIn(world.slots.devVm.id) - rankIn(world.slots.acmeVm.id)).toBe(1);
  expect(clients).toEqual([{ key: "acme", name: "Acme" }]);
});

test("a cell says what its row and column do not, and nothing twice", async () => {
  const { components } = await getMatrix(world.as(world.staff.lead), {});
  const vm = components.find(({ cells }) => cells.some(({ slotId }) => slotId === world.slots.acmeVm.id));
  expect(vm).toMatchObject({ isCommon: false, product: { key: "payments" } });
  const cell = vm?.cells.find(({ slotId }) => slotId === world.slots.acmeVm.id);
  expect(cell).toEqual({
    slotId: world.slots.acmeVm.id,
    environmentKey: "prod",
    clientKey: "acme",
    version: first,
    rank: expect.any(Number),
    liveSince: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  });
});

test("a failed attempt is told until a newer one, but not where it is what runs", async () => {
  const failuresAfter = (change: ReturnType<typeof sql>) =>
    world.db
      .transaction(async (tx) => {
        await tx.execute(sql`set local session_replication_role = replica`);
        await tx.execute(change);
        throw (await readMarks(tx)).filter(({ kind }) => kind === "lastFailure");
      })
      .catch((told: unknown) => told);
  const { devVm } = world.slots;
  expect(await failuresAfter(sql`select 1`)).toEqual([]);
  const newest = sql`slot_id = ${devVm.id} and fence = (select max(fence) from deployments where slot_id = ${devVm.id})`;
  const older = sql`(select id from deployments where slot_id = ${devVm.id} order by fence limit 1)`;
  expect(
    await failuresAfter(sql`with failed as (update deployments set state = 'failed' where ${newest})
      update slots set current_deployment_id = ${older} where id = ${devVm.id}`),
  ).toEqual([{ slotId: devVm.id, kind: "lastFailure", said: "failed", named: second }]);
  expect(await failuresAfter(sql`update deployments set state = 'failed' where id = ${older}`)).toEqual([]);
});

test("a client's matrix has what it has and what it shares, nothing of other clients", async () => {
  await givenClient(world.db, { key: "borealis", name: "Borealis" });
  const keysOf = async (clientKey: string) =>
    (await getMatrix(world.as(world.staff.lead), { clientKey })).components
      .flatMap(({ cells }) => cells.map(({ slotId }) => slotId))
      .sort();
  expect(await keysOf("acme")).toEqual(
    Object.values(world.slots)
      .map(({ id }) => id)
      .sort(),
  );
  expect(await keysOf("borealis")).toEqual([]);
});

test("two slots are compared by the releases and commits between them", async () => {
  const { devVm, acmeVm } = world.slots;
  const found = await compareSlots(world.as(world.staff.lead), { left: acmeVm.id, right: devVm.id });
  expect(found).toMatchObject({
    distance: 1,
    left: { place: "Acme Production", release: { version: first } },
    right: { place: "Dev", release: { version: second } },
    onlyLeft: [],
  });
  expect(found.onlyRight.map(({ subject }) => subject)).toContainEqual(expect.stringContaining("two"));
});

test("a slot where nothing runs is compared with nothing", async () => {
  const { prodApi, devApi } = world.slots;
  expect(
    await compareSlots(world.as(world.staff.lead), { left: prodApi.id, right: devApi.id }),
  ).toMatchObject({
    distance: null,
    onlyRight: [],
  });
});

test("whoever sees one client's slot sees no shared one beside it", async () => {
  const { acmeVm, prodApi } = world.slots;
  const siblingsOf = async (actor: typeof world.staff.lead) =>
    (await getSlot(world.as(actor), { slotId: acmeVm.id })).siblings.map(({ slotId }) => slotId).sort();
  const scope = { kind: "client" as const, id: acmeVm.clientId ?? "" };
  expect(await siblingsOf(world.staff.lead)).toEqual([acmeVm.id, prodApi.id].sort());
  expect(await siblingsOf({ ...world.staff.lead, grants: [{ role: "release_approver", scope }] })).toEqual([
    acmeVm.id,
  ]);
});

test("whoever sees a slot is led to no page that they may not open", async () => {
  const { acmeVm } = world.slots;
  const repositoryFor = async (actor: typeof world.staff.lead) =>
    (await getSlot(world.as(actor), { slotId: acmeVm.id })).repository;
  const scope = { kind: "client" as const, id: acmeVm.clientId ?? "" };
  const everywhere = { kind: "organisation" as const, id: null };
  expect(await repositoryFor(world.staff.lead)).toEqual({ key: "payments", mayOpen: true });
  expect(
    await repositoryFor({ ...world.staff.lead, grants: [{ role: "viewer", scope: everywhere }] }),
  ).toEqual({ key: "payments", mayOpen: false });
  expect(
    await repositoryFor({ ...world.staff.lead, grants: [{ role: "release_approver", scope }] }),
  ).toBeNull();
});

test("what stands in a release's way is said before anybody asks for it", async () => {
  const { releases } = await getSlot(world.as(world.staff.lead), { slotId: world.slots.prodApi.id });
  expect(releases.map(({ version, obstacles }) => [version, obstacles])).toEqual([
    [second, ["Not on master yet"]],
    [first, []],
  ]);
});

test("what ran in a slot can be gone back to, however many releases came since", async () => {
  await audited(world.db, async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(sql`insert into releases select (jsonb_populate_record(r, jsonb_build_object(
        'id', gen_random_uuid(), 'version', '2026.99.' || n, 'ordinal', 100 + n, 'created_at', r.created_at + n * interval '1 day',
        'tree_oid', lpad(n::text, 40, '0'), 'digest', lpad(n::text, 64, '0')))).*
      from releases r, generate_series(1, 30) n where r.version = ${first}`);
    await tx.execute(sql`insert into release_artifacts select (jsonb_populate_record(ra, jsonb_build_object(
        'release_id', r.id))).*
      from release_artifacts ra join releases f on f.id = ra.release_id and f.version = ${first},
        releases r where r.version like '2026.99.%'`);
  });
  const dev = await getSlot(world.as(world.staff.lead), { slotId: world.slots.devVm.id });
  expect(dev.rollbackTo.map(({ version }) => version)).toEqual([first]);
  expect(dev.releases.map(({ version }) => version)).toEqual([
    ...Array.from({ length: 20 }, (_, n) => `2026.99.${30 - n}`),
    first,
  ]);
});

test("what was cancelled here can be asked for again, however many releases came since", async () => {
  const { prodApi } = world.slots;
  const [release] = await world.db.select().from(releases).where(eq(releases.version, second));
  const offered = async () =>
    (await getSlot(world.as(world.staff.lead), { slotId: prodApi.id })).releases.map(({ id }) => id);
  expect(await offered()).not.toContain(release?.id);
  const [asked] = await requestDeployment(world.as(world.staff.lead), {
    releaseId: release?.id ?? "",
    slotIds: [prodApi.id],
  });
  await cancelPromotion(world.as(world.staff.lead), { promotionId: asked?.id ?? "" });
  expect(await offered()).toContain(release?.id);
});

test("what was rejected here is told with its reason, until it is asked for again", async () => {
  const { prodApi } = world.slots;
  const look = () => getSlot(world.as(world.staff.lead), { slotId: prodApi.id });
  const release = (await look()).releases.find(({ version }) => version === first);
  const ask = async () => {
    const [asked] = await requestDeployment(world.as(world.staff.lead), {
      releaseId: release?.id ?? "",
      slotIds: [prodApi.id],
    });
    await world.settle();
    return asked?.number ?? 0;
  };
  const number = await ask();
  const { promotion, revision } = await getPromotion(world.as(world.staff.second), { number });
  await vote(world.as(world.staff.second), {
    promotionId: promotion.id,
    revision: promotion.revision,
    subjectDigest: revision.subjectDigest,
    decision: "reject",
    reason: "the totals are off",
  });
  const told = { promotionNumber: number, outcomeText: "second: the totals are off" };
  const after = await look();
  expect(after.rejections).toMatchObject([{ ...told, version: first }]);
  const marked = after.releases.filter(({ rejected }) => rejected !== null);
  expect(marked).toMatchObject([{ version: first, rejected: told }]);
  await ask();
  const again = await look();
  expect(again.rejections).toMatchObject([told]);
  expect(again.releases.every(({ rejected }) => rejected === null)).toBe(true);
});
