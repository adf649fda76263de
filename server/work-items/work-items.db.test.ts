import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  deployments,
  pipelineRuns,
  promotionGates,
  promotions,
  releaseArtifacts,
  releases,
  slots,
} from "@/db/schema";
import {
  audited,
  givenComponent,
  givenEnvironment,
  givenPolicy,
  givenProduct,
  givenSlot,
  givenWorkItem,
} from "@/db/testing/given";
import type { Sha } from "@/domain/git/sha";
import { treeOf } from "../git/history";
import { deleteRef, setRef } from "../git/refs";
import { openPullRequest } from "../pull-requests/commands";
import { readRepository } from "../repositories/read";
import { givenActor, givenFeature, givenWorld, type World } from "../repositories/testing/given-world";
import { getWorkItem, listWorkItems } from "./queries";

const FEATURE = "feature/2026.21/PAY-412-retry";
const SPRINT = "sprint/2026.21";
const DIGEST = "a".repeat(64);
let world: World;

beforeEach(async () => {
  world = await givenWorld();
});
afterEach(() => world.base.stop());

const read = () => readRepository(world.system, world.repository.id, { startsRuns: false });

async function givenRelease(version: string, sourceSha: Sha, componentId: string): Promise<string> {
  const treeOid = await treeOf(world.directory, sourceSha);
  const base = { repositoryId: world.repository.id, productId: world.product.id, treeOid };
  return audited(world.base.db, async (tx) => {
    const [run] = await tx
      .insert(pipelineRuns)
      .values({
        ...base,
        ref: `refs/heads/${SPRINT}`,
        commitSha: sourceSha,
        trigger: "push",
        state: "passed",
      })
      .returning();
    const [release] = await tx
      .insert(releases)
      .values({
        ...base,
        version,
        sourceSha,
        runId: run?.id ?? "",
        digest: DIGEST,
        migration: "none",
        schemaMin: 0,
        schemaMax: 0,
        schemaAfter: 0,
      })
      .returning();
    const releaseId = release?.id ?? "";
    const health = { path: "/health", attempts: 1, intervalSeconds: 1, timeoutSeconds: 1 };
    await tx.insert(releaseArtifacts).values({ releaseId, componentId, sha256: DIGEST, health });
    await tx.update(releases).set({ sealedAt: sql`clearway_now()` }).where(eq(releases.id, releaseId));
    return releaseId;
  });
}

/** A deployment that is live, by the transitions that the database allows. */
async function givenLive(slotId: string, environmentId: string, releaseId: string, policyId: string) {
  await audited(world.base.db, async (tx) => {
    const [promotion] = await tx
      .insert(promotions)
      .values({
        kind: "deploy",
        title: "Deploy",
        productId: world.product.id,
        repositoryId: world.repository.id,
        environmentId,
        slotId,
        releaseId,
        expiresAt: sql`clearway_now() + interval '1 day'`,
      })
      .returning();
    const promotionId = promotion?.id ?? "";
    await tx.execute(sql`
      insert into promotion_revisions (promotion_id, revision, source_sha, release_digest, policy_id, unknown_contributors, reason)
      values (${promotionId}, 1, ${"b".repeat(40)}, ${DIGEST}, ${policyId}, '{}', 'requested')`);
    await tx.insert(promotionGates).values({
      promotionId,
      revision: 1,
      key: "release_sealed",
      status: "pass",
      detail: "Sealed.",
      facts: {},
    });
    await tx.update(promotions).set({ state: "ready", version: 1 }).where(eq(promotions.id, promotionId));
    await tx.update(promotions).set({ state: "executing", version: 2 }).where(eq(promotions.id, promotionId));
    await tx.update(slots).set({ fence: 1 }).where(eq(slots.id, slotId));
    const [deployment] = await tx
      .insert(deployments)
      .values({ slotId, promotionId, attempt: 1, releaseId, artifactSha256: DIGEST, fence: 1 })
      .returning();
    const id = deployment?.id ?? "";
    await tx.update(deployments).set({ state: "verifying" }).where(eq(deployments.id, id));
    await tx
      .update(deployments)
      .set({ state: "live", finishedAt: new Date(1_770_000_900_000) })
      .where(eq(deployments.id, id));
    await tx.update(slots).set({ currentDeploymentId: id }).where(eq(slots.id, slotId));
  });
}

test("a work item is where its commits are: branches, pull requests, releases and slots", async () => {
  const one = await givenFeature(world, FEATURE);
  const two = await givenFeature(world, FEATURE, {
    parent: one,
    file: "two.ts",
    message: "PAY-412: second half",
    at: 1_770_000_300,
  });
  await read();
  await openPullRequest(world.as(world.asha), {
    repositoryKey: "payments-api",
    sourceBranch: FEATURE,
    targetBranch: SPRINT,
    title: "Retry",
  });
  const component = await givenComponent(world.base.db, world.repository, { key: "api" });
  const policy = await givenPolicy(world.base.db);
  const [dev, qa, uat] = await Promise.all(
    ["dev", "qa", "uat"].map((key, position) =>
      givenEnvironment(world.base.db, { key, name: key.toUpperCase(), position, policyId: policy.id }),
    ),
  );
  if (!dev || !qa || !uat) throw new Error("three environments");
  const before = await givenRelease("2026.21.1", world.sprint, component.id);
  const half = await givenRelease("2026.21.2", one, component.id);
  const whole = await givenRelease("2026.21.3", two, component.id);
  for (const [environment, release] of [
    [dev, whole],
    [qa, half],
    [uat, before],
  ] as const) {
    const slot = await givenSlot(world.base.db, component, environment);
    await givenLive(slot.id, environment.id, release, policy.id);
  }

  const found = await getWorkItem(world.as(world.asha), { key: "PAY-412" });
  expect(found).toMatchObject({
    key: "PAY-412",
    title: "Retry timeouts",
    product: { key: "payments" },
    branches: [{ name: FEATURE, ahead: 2, repositoryKey: "payments-api" }],
    pullRequests: [{ title: "Retry", promotion: { state: "gating" } }],
    commits: [{ sha: two }, { sha: one }],
  });
  expect(found.releases.map((release) => [release.version, release.contains])).toEqual([
    ["2026.21.3", "all"],
    ["2026.21.2", "some"],
  ]);
  expect(
    found.lanes.map((lane) => [
      lane.environment.key,
      lane.slots[0]?.release?.version,
      lane.slots[0]?.contains,
    ]),
  ).toEqual([
    ["dev", "2026.21.3", "all"],
    ["qa", "2026.21.2", "some"],
    ["uat", "2026.21.1", "none"],
  ]);
  expect(found.lanes[0]?.slots[0]?.since).toEqual(new Date(1_770_000_900_000));

  const viewer = world.as(await givenActor(world.base, "Vera Viewer", "viewer", world.product.id));
  const seen = await getWorkItem(viewer, { key: "PAY-412" });
  expect(seen).toMatchObject({ branches: [], pullRequests: [], commits: [] });
  expect(seen.releases).toHaveLength(2);
});

test("what was forced away is no part of it any more", async () => {
  const gone = await givenFeature(world, FEATURE, { message: "PAY-412: a wrong turn", file: "wrong.ts" });
  await read();
  await deleteRef(world.directory, `refs/heads/${FEATURE}`, gone);
  const kept = await givenFeature(world, FEATURE);
  await setRef(world.directory, `refs/heads/${SPRINT}`, kept, world.sprint);
  await read();
  const component = await givenComponent(world.base.db, world.repository);
  await givenRelease("2026.21.1", kept, component.id);
  const { releases: found, landings } = await getWorkItem(world.as(world.asha), { key: "PAY-412" });
  expect(found).toMatchObject([{ version: "2026.21.1", contains: "all" }]);
  expect(landings).toMatchObject([{ branch: SPRINT, kind: "sprint", contains: "all", since: null }]);
});

test("a work item of a foreign product does not exist", async () => {
  const other = await givenProduct(world.base.db);
  const foreign = world.as(await givenActor(world.base, "Bina Foreign", "tech_lead", other.id));
  await expect(getWorkItem(foreign, { key: "PAY-412" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await listWorkItems(foreign, { limit: 10 })).toEqual({ items: [], next: null });
});

test("the list is filtered by text as it was typed, and paged by key", async () => {
  await givenWorkItem(world.base.db, world.product.id, {
    key: "PAY-500",
    title: "100% of fees",
    state: "completed",
  });
  await givenWorkItem(world.base.db, world.product.id, { key: "PAY-501", title: "1000 fees" });
  const asAsha = world.as(world.asha);
  const keys = async (filter: object) =>
    (await listWorkItems(asAsha, { limit: 10, ...filter })).items.map((item) => item.key);
  expect(await keys({})).toEqual(["PAY-412", "PAY-500", "PAY-501"]);
  expect(await keys({ text: "0%" })).toEqual(["PAY-500"]);
  expect(await keys({ text: "pay-41" })).toEqual(["PAY-412"]);
  expect(await keys({ state: "completed" })).toEqual(["PAY-500"]);
  expect(await keys({ productKey: "other" })).toEqual([]);
  expect(await listWorkItems(asAsha, { limit: 2 })).toMatchObject({ next: "PAY-500" });
  expect(await keys({ after: "PAY-500" })).toEqual(["PAY-501"]);
});
