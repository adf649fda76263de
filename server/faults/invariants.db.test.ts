import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { votes } from "@/db/schema";
import { audited } from "@/db/testing/given";
import { createFaultyWorld, type FaultyWorld } from "./testing/faulty-world";
import { breachesOf } from "./testing/invariants";

let world: FaultyWorld;

beforeEach(async () => {
  world = await createFaultyWorld();
  await world.begin();
  const { id } = await world.find(await world.mergeFeature("one", { one: "1" }));
  world.acknowledged.push({ promotionId: id, personId: world.staff.peer.personId });
});
afterEach(() => world.stop());

const git = (...args: string[]) =>
  execFileSync("git", [`--git-dir=${world.directory}`, "-c", "user.name=x", "-c", "user.email=x", ...args], {
    encoding: "utf8",
  }).trim();
const run = (statement: string) => world.db.$client.query(statement);

test("an undisturbed world keeps every invariant", async () => {
  expect(await breachesOf(world.evidence)).toEqual([]);
});

/** Each breaks one invariant behind the program's back. */
const BREACHES: [string, RegExp, () => Promise<unknown>][] = [
  [
    "a vote that counted for nothing at its moment",
    /^V1.*V3/,
    () => audited(world.db, (tx) => tx.update(votes).set({ voidedAt: new Date(0), voidReason: "never was" })),
  ],
  [
    "a second merge of the same promotion",
    /^V2: merge #1 \w{40} happened/,
    async () => {
      const tip = git("rev-parse", "refs/heads/sprint/2026.21");
      const message = "again\n\nClearway-Promotion: 1";
      const again = git("commit-tree", `${tip}^{tree}`, "-p", tip, "-m", message);
      git("update-ref", "refs/heads/sprint/2026.21", again);
    },
  ],
  [
    "an installation that is gone from the host",
    /^V2: installation .* did not happen.*V8/,
    async () => rmSync(path.join(world.evidence.slots, world.slots.devApi.id), { recursive: true }),
  ],
  [
    "an audit row that is gone",
    /^V4.*V4/,
    () =>
      run(`alter table audit_events disable trigger keep_audit_events;
        delete from audit_events where action = 'promotion.started' and subject_label like '#1 %'`),
  ],
  [
    "a job that a dead worker holds",
    /^V5: a job of promotions.evaluate is left, locked by worker-dead$/,
    () =>
      run(`select graphile_worker.add_job('promotions.evaluate', '{}'::json);
        update graphile_worker._private_jobs set locked_by = 'worker-dead', locked_at = now()`),
  ],
];

test.each(BREACHES)("%s is found", async (_name, told, breach) => {
  await breach();
  expect((await breachesOf(world.evidence)).join("\n").replaceAll("\n", " ")).toMatch(told);
});
