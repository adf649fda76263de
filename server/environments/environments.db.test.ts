import { afterAll, beforeAll, expect, test } from "vitest";
import { givenClient } from "@/db/testing/given";
import { requestDeployment } from "../promotions/request";
import { createWorld, type World } from "../promotions/testing/engine-world";
import { compareSlots } from "./compare";
import { getMatrix } from "./matrix";
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
  const { cells, clients } = await getMatrix(world.as(world.staff.lead), {});
  const rankIn = (slotId: string) => cells.find((cell) => cell.slotId === slotId)?.rank ?? 0;
  expect(cells.find(({ slotId }) => slotId === world.slots.acmeVm.id)?.version).toBe(first);
  expect(rankIn(world.slots.devVm.id) - rankIn(world.slots.acmeVm.id)).toBe(1);
  expect(clients).toEqual([{ key: "acme", name: "Acme" }]);
});

test("a client's matrix has what it has and what it shares, nothing of other clients", async () => {
  await givenClient(world.db, { key: "borealis", name: "Borealis" });
  const keysOf = async (clientKey: string) =>
    (await getMatrix(world.as(world.staff.lead), { clientKey })).cells.map(({ slotId }) => slotId).sort();
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

test("what stands in a release's way is said before anybody asks for it", async () => {
  const { releases } = await getSlot(world.as(world.staff.lead), { slotId: world.slots.prodApi.id });
  expect(releases.map(({ version, obstacles }) => [version, obstacles])).toEqual([
    [second, ["Not on master yet"]],
    [first, []],
  ]);
});
