import { desc, eq } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pipelineJobs, pipelineRuns } from "@/db/schema";
import { createWorld, PIPELINE, type World } from "../promotions/testing/engine-world";

const CACHING = PIPELINE.replace(
  "    commands:\n",
  "    cache: [{ key: deps, paths: [deps] }]\n    commands:\n      - mkdir -p deps && date > deps/when\n",
);

let world: World;

beforeEach(async () => {
  world = await createWorld();
  await world.begin();
});
afterEach(() => world.stop());

/** What the newest run made of its cache. */
async function lastNote() {
  const [row] = await world.db
    .select({ caches: pipelineJobs.caches, trigger: pipelineRuns.trigger })
    .from(pipelineJobs)
    .innerJoin(pipelineRuns, eq(pipelineRuns.id, pipelineJobs.runId))
    .orderBy(desc(pipelineRuns.number))
    .limit(1);
  return { trigger: row?.trigger, ...row?.caches?.[0] };
}

test("what a candidate kept is read by others from the moment its tree has landed, not before", async () => {
  const branch = (slug: string) => `feature/2026.21/PAY-1-${slug}`;
  const sprint = "sprint/2026.21";
  await world.commit(
    branch("one"),
    { one: "1", ".clearway/pipeline.yaml": CACHING },
    world.staff.author,
    sprint,
  );
  const opened = await world.open(world.staff.author, branch("one"), sprint);
  await world.settle();
  expect(await lastNote()).toMatchObject({
    trigger: "candidate",
    restoredBytes: null,
    savedBytes: expect.any(Number),
  });

  await world.commit(
    branch("two"),
    { two: "2", ".clearway/pipeline.yaml": CACHING },
    world.staff.author,
    sprint,
  );
  await world.open(world.staff.author, branch("two"), sprint);
  await world.settle();
  expect(await lastNote()).toMatchObject({ trigger: "candidate", restoredBytes: null });

  await world.approve(world.staff.peer, opened.promotion.number);
  await world.settle();
  await world.commit(branch("three"), { three: "3" }, world.staff.author, sprint);
  await world.open(world.staff.author, branch("three"), sprint);
  await world.settle();
  expect(await lastNote()).toMatchObject({
    trigger: "candidate",
    restoredBytes: expect.any(Number),
    restoredFrom: `refs/heads/${sprint}`,
  });
}, 60_000);
