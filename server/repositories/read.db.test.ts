import { writeFile } from "node:fs/promises";
import path from "node:path";
import { and, eq, isNull, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { branches, commits, commitWorkItems, pipelineRuns, pushes } from "@/db/schema";
import { givenProduct } from "@/db/testing/given";
import { ZERO_SHA } from "@/domain/git/sha";
import { listBranches } from "../branches/queries";
import { SPOOL } from "../git/push-spool";
import { deleteRef, setRef } from "../git/refs";
import { runGit } from "../git/run";
import { givenCommit } from "../git/testing/given-repository";
import { createRepository } from "./commands";
import { getRepository, listRepositories } from "./queries";
import { readRepository } from "./read";
import { givenActor, givenFeature, givenWorld, type World } from "./testing/given-world";

const FEATURE = "feature/2026.21/PAY-412-retry";
let world: World;

beforeEach(async () => {
  world = await givenWorld();
});
afterEach(() => world.base.stop());

const read = () => readRepository(world.system, world.repository.id);

async function branch(name: string) {
  const [row] = await world.base.db
    .select()
    .from(branches)
    .where(
      and(
        eq(branches.repositoryId, world.repository.id),
        eq(branches.name, name),
        isNull(branches.deletedAt),
      ),
    );
  return row;
}

/** Everything a reading could have written. */
async function footprint() {
  const { rows } = await world.base.db.execute(sql`
    select (select count(*)::int from audit_events) as audit, (select count(*)::int from pushes) as pushes,
      (select count(*)::int from commits) as commits, (select max(xmin::text::bigint) from branches) as branches,
      (select count(*)::int from pipeline_runs) as runs`);
  return { ...rows[0], jobs: world.base.jobs.length };
}

describe("reading a repository", () => {
  test("tells every branch with its kind, base, distance and last commit", async () => {
    const head = await givenFeature(world, FEATURE);
    expect((await read()).moved.sort()).toEqual([FEATURE, "master", "sprint/2026.21"]);
    expect(await branch(FEATURE)).toMatchObject({
      kind: "feature",
      headSha: head,
      baseName: "sprint/2026.21",
      baseSha: world.sprint,
      ahead: 1,
      behind: 0,
      sprintKey: "2026.21",
      workItemKey: "PAY-412",
      isNameValid: true,
      lastCommitSubject: "PAY-412: retry timeouts",
      lastCommitAuthorName: "Asha Rai",
      lastPusherId: null,
    });
    expect(await branch("sprint/2026.21")).toMatchObject({ baseName: "master", ahead: 1, behind: 0 });
    expect(await branch("master")).toMatchObject({ baseName: null, ahead: null, behind: null });
    const rows = await world.base.db.select().from(commits).where(eq(commits.sha, head));
    expect(rows).toMatchObject([{ subject: "PAY-412: retry timeouts", parents: [world.sprint] }]);
    const first = await world.base.db.select().from(commits).where(eq(commits.sha, world.master));
    expect(first).toMatchObject([{ parents: [], coAuthors: [] }]);
    const keys = await world.base.db.select().from(commitWorkItems).where(eq(commitWorkItems.sha, head));
    expect(keys).toMatchObject([{ workItemKey: "PAY-412" }]);
  });

  test("twice writes nothing the second time", async () => {
    await givenFeature(world, FEATURE);
    await read();
    const before = await footprint();
    expect(await read()).toEqual({ moved: [], gone: [], pushes: 0 });
    expect(await footprint()).toEqual(before);
  });

  test("by several at once finds each move once", async () => {
    await givenFeature(world, FEATURE);
    const found = await Promise.all([read(), read(), read(), read()]);
    expect(found.map((one) => one.moved.length).sort()).toEqual([0, 0, 0, 3]);
    expect(await world.base.db.$count(pushes)).toBe(3);
  });

  test("measures a branch again when its base has moved", async () => {
    await givenFeature(world, FEATURE);
    await read();
    await givenCommit(world.directory, {
      ref: "refs/heads/sprint/2026.21",
      parents: [world.sprint],
      files: { other: "x\n" },
    });
    expect((await read()).moved).toEqual(["sprint/2026.21"]);
    expect(await branch(FEATURE)).toMatchObject({ ahead: 1, behind: 1 });
  });

  test("keeps the row of a branch that has gone, and begins a new one when it comes back", async () => {
    const head = await givenFeature(world, FEATURE);
    await read();
    await deleteRef(world.directory, `refs/heads/${FEATURE}`, head);
    expect((await read()).gone).toEqual([FEATURE]);
    expect(await branch(FEATURE)).toBeUndefined();
    await setRef(world.directory, `refs/heads/${FEATURE}`, head, ZERO_SHA);
    await read();
    expect(await branch(FEATURE)).toMatchObject({ headSha: head, deletedAt: null });
    expect(await world.base.db.$count(branches, eq(branches.name, FEATURE))).toBe(2);
  });

  test("builds master and sprint branches, and nothing else", async () => {
    await givenFeature(world, FEATURE);
    await read();
    const runs = await world.base.db.select({ ref: pipelineRuns.ref }).from(pipelineRuns);
    expect(runs.map((run) => run.ref).sort()).toEqual(["refs/heads/master", "refs/heads/sprint/2026.21"]);
  });

  test("learns who pushed what it had found moved before the hook's note", async () => {
    const head = await givenFeature(world, FEATURE);
    await read();
    const note = `person ${world.asha.personId}\n${ZERO_SHA} ${head} refs/heads/${FEATURE}\n`;
    const spool = path.join(world.directory, SPOOL);
    await writeFile(path.join(spool, "1770000000000-late"), note);
    expect(await read()).toEqual({ moved: [], gone: [], pushes: 1 });
    expect(await branch(FEATURE)).toMatchObject({ headSha: head, lastPusherId: world.asha.personId });
    const rows = () => world.base.db.select().from(pushes).where(eq(pushes.newSha, head));
    expect(await rows()).toMatchObject([{ personId: world.asha.personId, pushKey: "1770000000000-late" }]);
    // The note of a reader that died before removing it.
    await writeFile(path.join(spool, "1770000000000-late"), note);
    const before = await footprint();
    await read();
    expect(await footprint()).toEqual(before);
    expect(await rows()).toHaveLength(1);
  });

  test("starts no run where a history is prepared", async () => {
    await readRepository(world.system, world.repository.id, { startsRuns: false });
    expect(await world.base.db.$count(pipelineRuns)).toBe(0);
  });

  test("seals the release of a tree that has passed before it came to the branch", async () => {
    await read();
    const [run] = await world.base.db
      .update(pipelineRuns)
      .set({ state: "passed" })
      .where(eq(pipelineRuns.ref, "refs/heads/sprint/2026.21"))
      .returning();
    world.base.jobs.length = 0;
    await setRef(world.directory, "refs/heads/master", world.sprint, world.master);
    await read();
    expect(world.base.jobs).toContainEqual({ task: "releases.seal", payload: { runId: run?.id } });
  });

  test("keeps hostile names and messages as they are", async () => {
    const name = 'x/<img/src=x/onerror=alert(1)>";drop-table\u202e$(id)';
    const subject = "<script>alert(1)</script> \u202e ' ; -- PAY-9";
    const head = await givenCommit(world.directory, {
      parents: [world.sprint],
      ref: "refs/heads/plain",
      message: `${subject}\n\n{{7*7}}\n`,
      author: "'; -- <asha@example.com>",
    });
    await runGit(world.directory, ["update-ref", "--stdin", "-z"], {
      stdin: `create refs/heads/${name}\0${head}\0`,
    });
    await read();
    const { items } = await listBranches(world.as(world.asha), { repositoryKey: "payments-api", limit: 50 });
    const odd = items.find((one) => one.name === name);
    expect(odd).toMatchObject({
      kind: "other",
      isNameValid: false,
      headSha: head,
      lastCommitSubject: subject,
    });
  });
});

describe("what people may see", () => {
  test("a repository of a foreign product does not exist", async () => {
    await read();
    const other = await givenProduct(world.base.db);
    const foreign = world.as(await givenActor(world.base, "Bina Foreign", "developer", other.id));
    await expect(getRepository(foreign, { key: "payments-api" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(listBranches(foreign, { repositoryKey: "payments-api", limit: 10 })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await listRepositories(foreign, { limit: 10 })).toEqual({ items: [], next: null });
  });

  test("a list ends where its page ends, and goes on from there", async () => {
    await givenFeature(world, FEATURE);
    await read();
    const mine = world.as(world.asha);
    const first = await listBranches(mine, { repositoryKey: "payments-api", limit: 2 });
    expect(first).toMatchObject({
      items: [{ name: FEATURE }, { name: "master" }],
      next: { value: "master" },
    });
    const cursor = first.next ?? undefined;
    const second = await listBranches(mine, { repositoryKey: "payments-api", limit: 2, cursor });
    expect(second).toMatchObject({
      items: [{ name: "sprint/2026.21", run: { state: "invalid" } }],
      next: null,
    });
    expect(first.items[0]).toMatchObject({
      workItem: { key: "PAY-412", title: "Retry timeouts" },
      isProtected: false,
    });
    const only = await listBranches(mine, { repositoryKey: "payments-api", kinds: ["sprint"], limit: 2 });
    expect(only.items.map((one) => one.name)).toEqual(["sprint/2026.21"]);
  });

  test("the repository's page has its counts and the URL to clone", async () => {
    await read();
    const mine = world.as(world.asha);
    expect(await getRepository(mine, { key: "payments-api" })).toMatchObject({
      cloneUrl: expect.stringMatching(/\/git\/payments-api\.git$/),
      branchCounts: [
        { kind: "master", count: 1 },
        { kind: "sprint", count: 1 },
      ],
    });
    const { items } = await listRepositories(mine, { limit: 10 });
    expect(items).toMatchObject([{ key: "payments-api", branchCount: 2, openPullRequestCount: 0 }]);
    expect(items[0]?.lastCommitAt).toEqual(new Date(1_770_000_100_000));
  });
});

describe("creating a repository", () => {
  test("is for administrators", async () => {
    const input = { productId: world.product.id, key: "ledger", name: "Ledger" };
    await expect(createRepository(world.as(world.tara), input)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("is refused for a key that is taken or is no key", async () => {
    const input = { productId: world.product.id, key: "payments-api", name: "Again" };
    await expect(createRepository(world.system, input)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(createRepository(world.system, { ...input, key: "../x" })).rejects.toThrow();
  });
});
