import { afterEach, beforeEach, expect, test } from "vitest";
import { recordRun } from "./record-run";
import { givenPipelines, type PipelineWorld } from "./testing/given-pipeline";
import { readTrend } from "./trend";

let world: PipelineWorld;

beforeEach(async () => {
  world = await givenPipelines();
});
afterEach(async () => {
  await world.stop();
});

const FILE = 'version: 1\njobs:\n  build:\n    commands: ["true"]\n';

async function recorded(seconds: number, state: "passed" | "failed" | "cancelled") {
  const commit = await world.commit(FILE, { seconds: String(seconds) });
  const finishedAt = new Date();
  const startedAt = new Date(finishedAt.getTime() - seconds * 1000);
  const jobs = [{ key: "build", name: "build", state, queuedAt: startedAt, startedAt, finishedAt }];
  return (await recordRun(world.as(world.asha), { ...commit, state, jobs })).number;
}

test("the trend tells what passed and failed by repository, in the order of time, to who may see it", async () => {
  const numbers = [await recorded(60, "passed"), await recorded(90, "failed"), await recorded(30, "passed")];
  await recorded(5, "cancelled");
  const ctx = world.as(world.asha);
  const [series, ...others] = await readTrend(ctx, {});
  expect(others).toEqual([]);
  expect(series?.repository.key).toBe(world.repository.key);
  expect(series?.points.map(({ number, durationMs, hasPassed }) => [number, durationMs, hasPassed])).toEqual([
    [numbers[0], 60_000, true],
    [numbers[1], 90_000, false],
    [numbers[2], 30_000, true],
  ]);
  expect(await readTrend(ctx, { branch: "master" })).toHaveLength(1);
  expect(await readTrend(ctx, { branch: "none" })).toEqual([]);
  expect(await readTrend(world.as({ ...world.asha, grants: [] }), {})).toEqual([]);
});
