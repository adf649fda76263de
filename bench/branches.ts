import { randomUUID } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { asc, isNull, sql } from "drizzle-orm";
import { type Client, createClient, createPool } from "@/db/client";
import { migrateDatabase } from "@/db/migrate";
import { branches } from "@/db/schema";
import {
  givenGrant,
  givenInstallation,
  givenPerson,
  givenProduct,
  givenRepository,
} from "@/db/testing/given";
import type { ListBranches } from "@/domain/branches/input";
import { listBranches } from "@/server/branches/queries";
import type { Context } from "@/server/context";
import { startPostgres } from "../scripts/platform/postgres.mjs";
import { alternate, figureOf, giveUp, report, samplesAsked } from "./measure";

const FEW = 5_000;
const MANY = 50_000;
const REPOSITORIES = 10;
const ROWS = 100;
const CALLS = 20;
/** Rows of one insert: a statement has five seconds. */
const BATCH = 2_500;

/** What the page asks for when it is opened, and what people ask for after that. */
const WINDOWS: Record<string, Omit<ListBranches, "limit">> = {
  opened: { sort: "commit", isDescending: true },
  byName: { sort: "name" },
  byAhead: { sort: "ahead", isDescending: true },
  byBehind: { sort: "behind", isDescending: true },
  stale: { view: "stale", sort: "commit", isDescending: true },
  merged: { view: "merged", sort: "commit", isDescending: true },
  misnamed: { view: "misnamed", sort: "commit", isDescending: true },
  withPullRequest: { pull: "open", sort: "commit", isDescending: true },
  failed: { checks: "failed", sort: "commit", isDescending: true },
  hotfixes: { kinds: ["hotfix"], sort: "commit", isDescending: true },
  searched: { search: "PAY-77", sort: "commit", isDescending: true },
};

/**
 * branches.window: the first window of 5 000 branches as the page asks for it (work item, pull request, run, owner, what
 * one may do), against a plain query of 100 rows of the same table.
 * branches.growth: the same window of 50 000 against that of 5 000.
 */
async function main(): Promise<void> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-bench-"));
  fs.chmodSync(directory, 0o711);
  const postgres = await startPostgres({ directory: path.join(directory, "postgres") });
  const opened: Client[] = [];
  try {
    const [few, many] = [
      await givenBranches(postgres.url, "few", FEW, opened),
      await givenBranches(postgres.url, "many", MANY, opened),
    ];
    await demandSame(few);
    const input = { ...WINDOWS.opened, limit: ROWS };
    const windows = await alternate(
      samplesAsked(),
      () => timed(() => plainQuery(few.db)),
      () => timed(() => listBranches(few, input)),
    );
    report(figureOf("branches.window", 3, windows), windows);
    const growth = await alternate(
      samplesAsked(),
      () => timed(() => listBranches(few, input)),
      () => timed(() => listBranches(many, input)),
    );
    report(figureOf("branches.growth", 1.5, growth), growth);
    if (!process.argv.includes("--json")) await tellOthers(few, many);
  } finally {
    for (const db of opened) await db.$client.end();
    await postgres.stop();
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/** For a person: the other orders and filters, without a limit of their own. */
async function tellOthers(few: Context, many: Context): Promise<void> {
  for (const [name, window] of Object.entries(WINDOWS)) {
    const input = { ...window, limit: ROWS };
    await timed(() => listBranches(many, input), 3);
    const [small, large] = [
      await timed(() => listBranches(few, input)),
      await timed(() => listBranches(many, input)),
    ];
    console.log(`  ${name.padEnd(16)} ${small.toFixed(1)} ms of 5 000, ${large.toFixed(1)} ms of 50 000`);
  }
}

/** Milliseconds of one call, from several. */
async function timed(call: () => Promise<unknown>, calls = CALLS): Promise<number> {
  const began = performance.now();
  for (let n = 0; n < calls; n++) await call();
  return (performance.now() - began) / calls;
}

function plainQuery(db: Client) {
  return db
    .select()
    .from(branches)
    .where(isNull(branches.deletedAt))
    .orderBy(asc(branches.name), asc(branches.id))
    .limit(ROWS);
}

/** A window that is fast and wrong would be no figure. */
async function demandSame(ctx: Context): Promise<void> {
  const plain = await plainQuery(ctx.db);
  const { items } = await listBranches(ctx, { sort: "name", limit: ROWS });
  if (plain.map(({ id }) => id).join() !== items.map(({ id }) => id).join()) {
    throw new Error("The window does not show what is there.");
  }
}

/** A database with so many branches in ten repositories: one in twelve has a pull request, one in five a run. */
async function givenBranches(url: string, name: string, count: number, opened: Client[]): Promise<Context> {
  const admin = createClient(createPool(url));
  await admin.execute(sql.raw(`create database ${name}`));
  await admin.$client.end();
  const own = new URL(url);
  own.pathname = `/${name}`;
  await migrateDatabase(own.href);
  const db = createClient(createPool(own.href));
  opened.push(db);
  await givenInstallation(db);
  const product = await givenProduct(db, { key: "payments", name: "Payments" });
  const person = await givenPerson(db, { name: "Asha Rai" });
  const scope = { kind: "product", id: product.id } as const;
  await givenGrant(db, person.id, "developer", scope);
  for (let n = 0; n < REPOSITORIES; n++) await givenRepository(db, product.id, { key: `payments-${n}` });
  await db.transaction(async (tx) => {
    for (let from = 0; from < count; from += BATCH) {
      await tx.execute(sql`
      with repository as (select id, product_id, row_number() over (order by key) - 1 as n from repositories)
      insert into branches (repository_id, name, kind, head_sha, head_tree_oid, base_name, base_sha, ahead, behind,
        sprint_key, work_item_key, is_name_valid, last_commit_at, last_commit_subject, last_commit_author_name, last_pusher_id)
      select r.id, case when i % 97 = 0 then 'try-' || i when i % 500 = 1 then 'hotfix/PAY-' || i
          else 'feature/2026.' || lpad((i % 26)::text, 2, '0') || '/PAY-' || i || '-something-to-do' end,
        (case when i % 97 = 0 then 'other' when i % 500 = 1 then 'hotfix' else 'feature' end)::branch_kind,
        encode(digest(i::text, 'sha1'), 'hex'), encode(digest('tree' || i, 'sha1'), 'hex'), 'sprint/2026.21',
        encode(digest('base', 'sha1'), 'hex'), i % 7, (i * 31) % 120, '2026.21', 'PAY-' || i, i % 97 <> 0,
        now() - make_interval(hours => (i * 7919) % 2000), 'Say what was done in commit ' || i, 'Asha Rai',
        case when i % 3 = 0 then ${person.id}::uuid end
      from generate_series(${from + 1}::int, ${from + BATCH}::int) i join repository r on r.n = i % ${REPOSITORIES}`);
    }
    await tx.execute(sql`
      insert into pipeline_runs (repository_id, product_id, ref, commit_sha, tree_oid, trigger, state)
      select b.repository_id, ${product.id}::uuid, 'refs/heads/' || b.name, b.head_sha, b.head_tree_oid, 'push',
        (case when b.ahead = 3 then 'failed' else 'passed' end)::run_state
      from (select *, row_number() over (order by name) as n from branches) b where b.n % 5 = 0`);
    await tx.execute(sql`
      insert into pull_requests (repository_id, product_id, source_branch, target_branch, title, author_id, head_sha, base_sha)
      select b.repository_id, ${product.id}::uuid, b.name, 'sprint/2026.21', b.last_commit_subject, ${person.id}::uuid,
        b.head_sha, b.base_sha
      from (select *, row_number() over (order by name) as n from branches) b where b.n % 12 = 0`);
    await tx.execute(
      sql`insert into audit_events (payload) values (${JSON.stringify({
        action: "bench.given",
        actor: { id: null, kind: "system", name: "Clearway (bench)" },
        at: new Date().toISOString(),
        subject: { id: randomUUID(), label: "given", productId: null, type: "bench" },
      })})`,
    );
  });
  await db.execute(sql.raw("vacuum analyze"));
  const grants = [{ role: "developer", scope }] as const;
  const actor = {
    kind: "person",
    personId: person.id,
    name: person.name,
    email: "asha@example.com",
    grants,
  } as const;
  const enqueue = async () => undefined;
  return { db, actor: { ...actor, grants: [...grants] }, dataDir: directoryOfNothing, enqueue };
}

const directoryOfNothing = os.tmpdir();

await main().catch(giveUp);
