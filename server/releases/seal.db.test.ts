import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { promotions, releaseCommits, releases } from "@/db/schema";
import type { QueuedJob } from "@/db/testing/test-context";
import { resolveRef } from "../git/refs";
import { createWorld, type World } from "../promotions/testing/engine-world";

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.begin();
});
afterAll(() => world.stop());

/** Runs what is in the queue and puts the sealing of releases aside, as a busy queue would leave it waiting. */
async function mergeUnsealed(slug: string): Promise<string | null> {
  const queue = world.jobs;
  const push = queue.push.bind(queue);
  queue.push = (...jobs: QueuedJob[]) => push(...jobs.filter((job) => !hold(job)));
  await world.mergeFeature(slug, { [`${slug}.txt`]: slug });
  queue.push = push;
  return resolveRef(world.directory, "refs/heads/sprint/2026.21");
}

const held: QueuedJob[] = [];
function hold(job: QueuedJob): boolean {
  if (job.task !== "releases.seal") return false;
  held.push(job);
  return true;
}

test("a sprint that moved on before its release was sealed has both, and only what stands there is installed", async () => {
  const first = await mergeUnsealed("one");
  const second = await mergeUnsealed("two");
  expect(await world.db.select().from(releases)).toHaveLength(0);
  world.jobs.push(...held);
  await world.settle();

  const reached = await world.db
    .select({ ref: releaseCommits.ref, commitSha: releaseCommits.commitSha, releaseId: releases.id })
    .from(releaseCommits)
    .innerJoin(releases, eq(releases.id, releaseCommits.releaseId))
    .orderBy(releases.version);
  expect(reached).toMatchObject([
    { ref: "refs/heads/sprint/2026.21", commitSha: first },
    { ref: "refs/heads/sprint/2026.21", commitSha: second },
  ]);
  const asked = await world.db
    .select({ releaseId: promotions.releaseId })
    .from(promotions)
    .where(eq(promotions.kind, "deploy"));
  expect(new Set(asked.map(({ releaseId }) => releaseId))).toEqual(new Set([reached[1]?.releaseId]));
});
