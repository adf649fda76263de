import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { releases } from "@/db/schema";
import { givenProduct } from "@/db/testing/given";
import { verifyAudit } from "../audit/verify";
import { requestDeployment } from "../promotions/request";
import { createWorlds, type World } from "../promotions/testing/engine-world";
import { exportReleases } from "./csv";
import { getRelease, listReleases } from "./queries";
import { withdrawRelease } from "./withdraw";

let world: World;
let release: typeof releases.$inferSelect;

const worlds = createWorlds(async (first) => {
  await first.begin();
  await first.mergeFeature("one", { one: "1" });
});
beforeEach(async () => {
  world = await worlds.next();
  release = await world.liveRelease();
});
afterEach(async () => {
  const chain = await verifyAudit(world.db);
  await world.stop();
  expect(chain).toMatchObject({ isIntact: true });
});
afterAll(() => worlds.remove());

const lead = () => world.as(world.staff.lead);
const byLead = (over: { version?: string } = {}) =>
  withdrawRelease(lead(), {
    releaseId: release.id,
    version: release.version,
    reason: "pays twice",
    ...over,
  });
const find = () => getRelease(lead(), { repositoryKey: "payments", version: release.version });

describe("withdrawing", () => {
  test("cancels what waits for it with the reason and refuses what is asked for later", async () => {
    const slotIds = [world.slots.prodApi.id, world.slots.acmeVm.id];
    const asked = await requestDeployment(lead(), { releaseId: release.id, slotIds });
    await world.settle();
    expect(await byLead()).toEqual({ cancelled: 2 });
    for (const { number } of asked) {
      expect(await world.find(number)).toMatchObject({
        state: "cancelled",
        outcomeCode: "RELEASE_WITHDRAWN",
        outcomeText: `${release.version} was withdrawn: pays twice`,
      });
    }
    await expect(requestDeployment(lead(), { releaseId: release.id, slotIds })).rejects.toMatchObject({
      code: "RELEASE_WITHDRAWN",
    });
  });

  test("leaves running what runs, and lists where that is", async () => {
    await byLead();
    const { runsIn, release: shown } = await find();
    expect(runsIn.map(({ componentKey, environmentName }) => [componentKey, environmentName])).toEqual([
      ["api", "Dev"],
      ["vm", "Dev"],
    ]);
    expect(shown).toMatchObject({ withdrawnReason: "pays twice", withdrawnBy: "lead" });
  });

  test("is done once", async () => {
    await byLead();
    await expect(byLead()).rejects.toMatchObject({ code: "RELEASE_WITHDRAWN" });
  });

  test("asks for the version to be typed", async () => {
    await expect(byLead({ version: "2026.21.9" })).rejects.toMatchObject({ code: "INVALID" });
    expect((await find()).release.withdrawnAt).toBeNull();
  });

  test("is refused to a developer, an administrator and a stranger", async () => {
    const { author, admin } = world.staff;
    const input = { releaseId: release.id, version: release.version, reason: "no" };
    for (const one of [author, admin]) {
      await expect(withdrawRelease(world.as(one), input)).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    const elsewhere = await givenProduct(world.db);
    const foreign = {
      ...world.staff.lead,
      grants: [{ role: "tech_lead" as const, scope: { kind: "product" as const, id: elsewhere.id } }],
    };
    await expect(withdrawRelease(world.as(foreign), input)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("looking", () => {
  test("a release names its artifacts, its branches, what it brought and what was done with it", async () => {
    const found = await find();
    expect(found.artifacts.map(({ componentKey }) => componentKey)).toEqual(["api", "vm"]);
    expect(found.reached.map(({ ref }) => ref)).toEqual(["refs/heads/sprint/2026.21"]);
    expect(found.brought?.workItems.map(({ key }) => key)).toEqual(["PAY-1"]);
    expect(found.deployments.map(({ state }) => state)).toEqual(["live", "live"]);
    expect(found.promotions).toHaveLength(2);
  });

  test("what a release brought is what no earlier one had", async () => {
    await world.mergeFeature("two", { two: "2" });
    const second = await world.liveRelease();
    const found = await getRelease(lead(), { repositoryKey: "payments", version: second.version });
    expect(found.brought?.commits).toHaveLength(1);
    expect((await find()).deployments.map(({ state }) => state)).toEqual(["superseded", "superseded"]);
  });

  test("lists are filtered and read a page at a time", async () => {
    await world.mergeFeature("two", { two: "2" });
    await byLead();
    const versions = async (input: Partial<Parameters<typeof listReleases>[1]>) => {
      const page = await listReleases(lead(), { state: "all", limit: 50, ...input });
      return { versions: page.releases.map(({ version }) => version), next: page.next };
    };
    expect((await versions({})).versions).toEqual(["2026.21.2", "2026.21.1"]);
    expect((await versions({ state: "withdrawn" })).versions).toEqual(["2026.21.1"]);
    expect((await versions({ state: "live" })).versions).toEqual(["2026.21.2"]);
    expect((await versions({ version: "2026.22" })).versions).toEqual([]);
    const first = await versions({ limit: 1 });
    expect(first.versions).toEqual(["2026.21.2"]);
    expect(await versions({ limit: 1, before: first.next ?? "" })).toEqual({
      versions: ["2026.21.1"],
      next: null,
    });
  });

  test("a file has the same rows, and taking it away is in the trail", async () => {
    const lines: string[] = [];
    for await (const part of await exportReleases(lead(), { state: "all" })) lines.push(part);
    const text = lines.join("");
    expect(text.split("\r\n")[0]).toContain("version,repository");
    expect(text).toContain("2026.21.1,payments,Payments");
    expect(text).toContain("api in Dev; vm in Dev");
  });

  test("whoever may not see it gets the answer for what does not exist", async () => {
    const elsewhere = await givenProduct(world.db);
    const foreign = world.as({
      ...world.staff.lead,
      grants: [{ role: "viewer", scope: { kind: "product", id: elsewhere.id } }],
    });
    await expect(
      getRelease(foreign, { repositoryKey: "payments", version: release.version }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await listReleases(foreign, { state: "all", limit: 50 })).releases).toEqual([]);
  });

  test("a viewer sees the release, not the commits", async () => {
    const viewer = world.as({
      ...world.staff.author,
      grants: [{ role: "viewer", scope: { kind: "organisation", id: null } }],
    });
    const found = await getRelease(viewer, { repositoryKey: "payments", version: release.version });
    expect(found.brought).toBeNull();
    expect(found.you).toMatchObject({ canWithdraw: false, mayReadRuns: false });
  });
});

test("a withdrawal is known by who did it", async () => {
  await byLead();
  const [row] = await world.db.select().from(releases).where(eq(releases.id, release.id));
  expect(row).toMatchObject({ withdrawnById: world.staff.lead.personId });
});
