import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { asc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient, createPool, PATIENT } from "@/db/client";
import {
  branches,
  commits,
  deployments,
  environments,
  grants,
  people,
  pipelineRuns,
  promotions,
  releases,
  slots,
  testResults,
  workItems,
} from "@/db/schema";
import { type ClonedDatabase, cloneDatabase } from "@/db/testing/cloned-database";
import type { PersonActor } from "@/domain/people/actor";
import { verifyAudit } from "../audit/verify";
import { checkHealth, readSlot } from "../deployments/gateway";
import { env } from "../env";
import { listPromotions } from "../promotions/inbox";
import { enqueueJob } from "../queue/enqueue";
import { type SlotHost, startSlotHost } from "../slot-host/host";
import { PEOPLE, type PersonKey } from "./organisation";
import { prepareDemonstration } from "./prepare";
import { createInstallation } from "./set-up";

const ANCHOR_DAY = "2026-03-11";

type Made = {
  db: Client;
  host: SlotHost;
  dataDir: string;
  remove: () => Promise<void>;
  prepare: () => Promise<string>;
};

async function place(): Promise<Made> {
  const database: ClonedDatabase = await cloneDatabase();
  const dataDir = await mkdtemp(path.join(tmpdir(), "clearway-demonstration-test-"));
  const host = await startSlotHost({
    directory: path.join(dataDir, "slots"),
    port: 0,
    token: env.slotHostToken,
  });
  const db = createClient(createPool(database.url, PATIENT));
  return {
    db,
    host,
    dataDir,
    prepare: () =>
      prepareDemonstration(
        { db, dataDir },
        {
          databaseUrl: database.url,
          anchorDay: ANCHOR_DAY,
          seed: "test",
          size: "small",
          slotHostUrl: host.url,
        },
      ),
    remove: async () => {
      await host.close();
      await db.$client.end();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

let one: Made;

beforeAll(async () => {
  one = await place();
  expect(await one.prepare()).toBe("prepared");
}, 300_000);

afterAll(async () => {
  await one?.remove();
});

async function actor(key: PersonKey): Promise<PersonActor> {
  const [person] = await one.db.select().from(people).where(eq(people.email, PEOPLE[key].email));
  if (!person) throw new Error(`${key} is not there`);
  const held = await one.db.select().from(grants).where(eq(grants.personId, person.id));
  return {
    kind: "person",
    personId: person.id,
    name: person.name,
    email: person.email,
    grants: held.map(({ role, scopeKind, scopeId }) => ({ role, scope: { kind: scopeKind, id: scopeId } })),
  };
}

async function waitingFor(key: PersonKey): Promise<string[]> {
  const ctx = { db: one.db, dataDir: one.dataDir, enqueue: enqueueJob, actor: await actor(key) };
  const { items } = await listPromotions(ctx, { view: "waits-for-me", limit: 50 });
  return items.map(({ title }) => title.replace(/\d{4}\.\d{2}\.\d+/, "<version>")).sort();
}

/** Everything that the same anchor day and seed must bring about again; ids may differ. */
async function fingerprint(db: Client) {
  return {
    promotions: await db
      .select({
        number: promotions.number,
        title: promotions.title,
        state: promotions.state,
        at: promotions.updatedAt,
      })
      .from(promotions)
      .orderBy(asc(promotions.number)),
    releases: await db
      .select({
        version: releases.version,
        tree: releases.treeOid,
        sha: releases.sourceSha,
        digest: releases.digest,
      })
      .from(releases)
      .orderBy(releases.version),
    commits: (await db.select({ sha: commits.sha }).from(commits).orderBy(commits.sha)).map(({ sha }) => sha),
    branches: await db
      .select({ name: branches.name, headSha: branches.headSha })
      .from(branches)
      .orderBy(branches.name, branches.createdAt),
  };
}

describe("what is prepared", () => {
  test("runs in its slots: the host holds what the database says, and is healthy", async () => {
    const rows = await one.db
      .select({ slotId: slots.id, digest: deployments.artifactSha256, version: releases.version })
      .from(slots)
      .innerJoin(deployments, eq(deployments.id, slots.currentDeploymentId))
      .innerJoin(releases, eq(releases.id, deployments.releaseId));
    expect(rows.length).toBeGreaterThan(7);
    const host = { url: one.host.url, token: env.slotHostToken };
    for (const { slotId, digest, version } of rows) {
      expect(await readSlot(host, slotId)).toMatchObject({ kind: "confirmed", value: { digest, version } });
      expect(await checkHealth(host, slotId, { path: "/health", timeoutMs: 2000 })).toMatchObject({
        value: { healthy: true },
      });
    }
  });

  test("was never done without its quorum, nor by whoever had a hand in it", async () => {
    const { rows } = await one.db.execute<{ number: number; missing: number; own: number }>(sql`
      select p.number, promotion_missing_approvals(p) as missing, (
        select count(*)::int from votes v join promotion_contributors c
          on c.promotion_id = v.promotion_id and c.person_id = v.person_id
          where v.promotion_id = p.id and v.decision = 'approve' and v.voided_at is null) as own
      from promotions p where p.state in ('succeeded', 'rolled_back')`);
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(({ missing, own }) => missing > 0 || own > 0)).toEqual([]);
  });

  test("stands in the audit trail without a gap, in the order of time", async () => {
    expect(await verifyAudit(one.db)).toMatchObject({ isIntact: true });
    const { rows } = await one.db.execute<{ backwards: number; late: number }>(sql`
      select (select count(*)::int from audit_events a join audit_events b on b.sequence = a.sequence + 1
          where b.at < a.at) as backwards,
        (select count(*)::int from audit_events where at >= ${`${ANCHOR_DAY}T00:00:00Z`}::timestamptz) as late`);
    expect(rows).toEqual([{ backwards: 0, late: 0 }]);
  });

  test("leaves pipelines of the last pull request to the runner, and nothing else", async () => {
    const { rows } = await one.db.execute<{ task: string }>(
      sql`select task_identifier as task from graphile_worker.jobs`,
    );
    expect(rows).toEqual([{ task: "pipelines.advance" }]);
  });

  test("leaves work for the people it is waiting for, and for nobody else", async () => {
    expect(await waitingFor("kwame")).toEqual(["PAY-388 Payout confirmation by e-mail"]);
    expect(await waitingFor("leila")).toEqual([]);
    const deployed = ["payments-api <version> to QA", "payments-api <version> to UAT"];
    const payout = [
      "payout-vm <version> to Cobalt Production",
      "payout-vm <version> to QA",
      "payout-vm <version> to UAT",
    ];
    expect(await waitingFor("mei")).toEqual([...deployed, ...payout]);
    expect(await waitingFor("grace")).toEqual(["payout-vm <version> to Cobalt Production"]);
    expect(await waitingFor("anjali")).toEqual(["PAY-388 Payout confirmation by e-mail"]);
    for (const nobody of ["hana", "charlotte", "viktor", "nadia"] as const)
      expect(await waitingFor(nobody)).toEqual([]);
  });

  test("shows what keeps the others waiting", async () => {
    const gated = await one.db
      .select({ title: promotions.title, why: promotions.outcomeText })
      .from(promotions)
      .where(eq(promotions.state, "gating"))
      .orderBy(promotions.number);
    expect(gated).toEqual([
      { title: "PAY-385 Lower limit for new payers", why: expect.stringContaining("Conflicts with sprint/") },
      { title: "PAY-390 Split the bank file by currency", why: expect.stringContaining("is queued") },
    ]);
  });

  test("leaves runs to the worker that are queued from now on, and shows a flaky test", async () => {
    const left = await one.db.select().from(pipelineRuns).where(eq(pipelineRuns.state, "queued"));
    expect(left.length).toBeGreaterThan(0);
    for (const { createdAt } of left) expect(Date.now() - createdAt.getTime()).toBeLessThan(10 * 60_000);
    const flaky = await one.db
      .selectDistinct({ name: testResults.name })
      .from(testResults)
      .where(eq(testResults.isFlaky, true));
    expect(flaky.map(({ name }) => name)).toEqual(["calls somebody"]);
  });

  test("has moved its work items along with their branches", async () => {
    const rows = await one.db.select({ key: workItems.key, state: workItems.state }).from(workItems);
    const states = Object.fromEntries(rows.map(({ key, state }) => [key, state]));
    expect(states).toMatchObject({
      "PAY-351": "completed",
      "PAY-381": "resolved",
      "PAY-388": "in_progress",
      "PAY-412": "proposed",
    });
  });

  test("is not made again", async () => {
    expect(await one.prepare()).toBe("present");
  });
});

test("the same day and seed bring about the same, also after a preparation that was cut short", async () => {
  const two = await place();
  try {
    const at = new Date("2026-01-05T09:00:00Z");
    const ctx = {
      db: two.db,
      dataDir: two.dataDir,
      enqueue: enqueueJob,
      actor: { kind: "system", task: "test" },
    } as const;
    await createInstallation(ctx, { anchorDay: ANCHOR_DAY, seed: "test", at });
    expect(await two.prepare()).toBe("prepared");
    expect(await fingerprint(two.db)).toEqual(await fingerprint(one.db));
    expect(await two.db.select({ url: environments.slotHostUrl }).from(environments)).toHaveLength(4);
  } finally {
    await two.remove();
  }
}, 300_000);
