import { randomUUID } from "node:crypto";
import { and, eq, isNull, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, branchDeletions, branches, people, pipelineRuns, pushes } from "@/db/schema";
import { audited, givenProduct } from "@/db/testing/given";
import { BRANCH_SORTS } from "@/domain/branches/filters";
import type { BranchFilter } from "@/domain/branches/input";
import { parseSha, type Sha, ZERO_SHA } from "@/domain/git/sha";
import type { PersonActor } from "@/domain/people/actor";
import { deleteRef, resolveRef, setRef } from "../git/refs";
import { runGit } from "../git/run";
import { openPullRequest } from "../pull-requests/commands";
import { readRepository } from "../repositories/read";
import { givenActor, givenFeature, givenWorld, type World } from "../repositories/testing/given-world";
import { deleteBranch, restoreBranch } from "./delete";
import { countBranches, listBranches } from "./queries";
import { keptRef } from "./settle-deletions";

const FEATURE = "feature/2026.21/PAY-412-retry";

let world: World;
beforeEach(async () => {
  world = await givenWorld();
});
afterEach(() => world.base.stop());

const read = () => readRepository(world.system, world.repository.id);
const head = (name: string) => resolveRef(world.directory, `refs/heads/${name}`);
const mine = () => world.as(world.asha);
const lead = () => world.as(world.tara);
const restore = ({ branchId }: { branchId: string }) => restoreBranch(mine(), { branchId });

const openFrom = (sourceBranch: string) =>
  openPullRequest(mine(), {
    repositoryKey: "payments-api",
    sourceBranch,
    targetBranch: "sprint/2026.21",
    title: "PAY-412",
    description: "",
  });

async function rowOf(name: string) {
  const [row] = await world.base.db
    .select()
    .from(branches)
    .where(and(eq(branches.name, name), isNull(branches.deletedAt)));
  if (!row) throw new Error(`no row of ${name}`);
  return row;
}

/** A feature branch that was pushed by the person, as read. */
async function givenPushed(name: string, by: PersonActor | null, parent?: Sha) {
  await givenFeature(world, name, { content: name, ...(parent ? { parent } : {}) });
  await read();
  if (by)
    await world.base.db.update(branches).set({ lastPusherId: by.personId }).where(eq(branches.name, name));
  const { id, headSha } = await rowOf(name);
  return { branchId: id, headSha: parseSha(headSha) };
}

const deletionOf = async (branchId: string) => {
  const [row] = await world.base.db
    .select()
    .from(branchDeletions)
    .where(eq(branchDeletions.branchId, branchId));
  if (!row) throw new Error("no deletion");
  return row;
};

const actions = async () =>
  (
    await world.base.db
      .select({ action: auditEvents.action, who: auditEvents.actorName })
      .from(auditEvents)
      .where(sql`${auditEvents.action} like 'branch.%'`)
      .orderBy(auditEvents.sequence)
  ).map(({ action, who }) => `${action} ${who}`);

describe("deleting a branch", () => {
  test("removes it from git, keeps its commit, and is in the trail, the pushes and the Deleted list", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    await deleteBranch(mine(), given);
    expect(await head(FEATURE)).toBeNull();
    const deletion = await deletionOf(given.branchId);
    expect(deletion).toMatchObject({ state: "deleted", requestedById: world.asha.personId });
    expect(await resolveRef(world.directory, keptRef(deletion.id))).toBe(given.headSha);
    expect(await actions()).toEqual(["branch.deletion_requested Asha Rai", "branch.deleted Asha Rai"]);
    const moves = await world.base.db.select().from(pushes).where(eq(pushes.newSha, ZERO_SHA));
    expect(moves).toMatchObject([{ personId: world.asha.personId, oldSha: given.headSha }]);
    const { items } = await listBranches(mine(), { view: "deleted", limit: 10 });
    expect(items).toMatchObject([
      { name: FEATURE, deletion: { byName: "Asha Rai" }, you: { canRestore: true } },
    ]);
    await read();
    expect(await world.base.db.$count(branches, eq(branches.name, FEATURE))).toBe(1);
  });

  test("is taken back at the very commit, as the same row, and needs no push", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    await deleteBranch(mine(), given);
    await restore(given);
    expect(await head(FEATURE)).toBe(given.headSha);
    const deletion = await deletionOf(given.branchId);
    expect(deletion.state).toBe("restored");
    expect(await resolveRef(world.directory, keptRef(deletion.id))).toBeNull();
    expect((await rowOf(FEATURE)).id).toBe(given.branchId);
    expect(await read()).toMatchObject({ moved: [], gone: [] });
    expect((await actions()).slice(2)).toEqual([
      "branch.restoring_requested Asha Rai",
      "branch.restored Asha Rai",
    ]);
    expect((await listBranches(mine(), { view: "deleted", limit: 10 })).items).toEqual([]);
    // And again: what was undone can be done.
    await deleteBranch(mine(), given);
    expect(await head(FEATURE)).toBeNull();
  });

  test("of a branch that somebody pushed to meanwhile is refused, and their commit stays", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    const newer = await givenFeature(world, FEATURE, {
      parent: given.headSha,
      content: "newer",
      at: 1_770_000_900,
    });
    await expect(deleteBranch(mine(), given)).rejects.toMatchObject({ code: "STALE_SUBJECT" });
    expect(await head(FEATURE)).toBe(newer);
    expect(await deletionOf(given.branchId)).toMatchObject({ state: "refused" });
    await read();
    expect(await rowOf(FEATURE)).toMatchObject({ headSha: newer });
    await expect(deleteBranch(mine(), given)).rejects.toMatchObject({ code: "STALE_SUBJECT" });
  });

  test("twice at once deletes once", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    const both = await Promise.allSettled([deleteBranch(mine(), given), deleteBranch(mine(), given)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find((one) => one.status === "rejected")).toMatchObject({ reason: { code: "CONFLICT" } });
    expect((await actions()).filter((one) => one.startsWith("branch.deleted"))).toHaveLength(1);
  });

  test.each(["master", "sprint/2026.21"])("of %s is refused, also for a tech lead", async (name) => {
    await read();
    const { id, headSha } = await rowOf(name);
    await expect(deleteBranch(lead(), { branchId: id, headSha: parseSha(headSha) })).rejects.toThrow(
      /protected/,
    );
    expect(await head(name)).toBe(headSha);
  });

  test("with an open pull request is refused with its number", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    const opened = await openFrom(FEATURE);
    await expect(deleteBranch(mine(), given)).rejects.toThrow(`#${opened.number} is open`);
    const { items } = await listBranches(mine(), { search: "PAY-412", limit: 10 });
    expect(items).toMatchObject([
      {
        you: { whyNotDelete: expect.stringContaining(`#${opened.number}`) },
        pullRequest: { number: opened.number },
      },
    ]);
  });

  test("at the same moment as a pull request is opened from it: whoever comes second is refused", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    const isWaiting = async () => {
      const { rows } = await world.base.db.execute(
        sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
          and query like '%from "branches"%'`,
      );
      return rows.length > 0;
    };
    let opened: Promise<unknown> = Promise.resolve();
    await audited(world.base.db, async (tx) => {
      await tx.select().from(branches).where(eq(branches.id, given.branchId)).for("update");
      await tx.insert(branchDeletions).values({
        branchId: given.branchId,
        repositoryId: world.repository.id,
        name: FEATURE,
        headSha: given.headSha,
        requestedById: world.asha.personId,
      });
      opened = openFrom(FEATURE).catch((error: unknown) => error);
      await expect.poll(isWaiting).toBe(true);
    });
    expect(await opened).toMatchObject({ code: "CONFLICT", message: `${FEATURE} is being deleted.` });
  });

  test("of somebody else's work is a tech lead's, until its base has all of it", async () => {
    const theirs = await givenPushed("feature/2026.21/PAY-412-theirs", world.tara);
    await expect(deleteBranch(mine(), theirs)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await deleteBranch(lead(), theirs);
    await setRef(world.directory, `refs/heads/${FEATURE}`, world.sprint, ZERO_SHA);
    await read();
    const merged = await rowOf(FEATURE);
    expect(merged.ahead).toBe(0);
    await deleteBranch(mine(), { branchId: merged.id, headSha: parseSha(merged.headSha) });
  });

  test("in a product one may not see does not tell that the branch exists", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    const other = await givenProduct(world.base.db);
    const stranger = world.as(await givenActor(world.base, "Bina Foreign", "tech_lead", other.id));
    const absent = { branchId: randomUUID(), headSha: given.headSha };
    for (const input of [given, absent]) {
      await expect(deleteBranch(stranger, input)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(restoreBranch(stranger, { branchId: input.branchId })).rejects.toMatchObject({
        code: "NOT_FOUND",
      });
    }
    expect(await head(FEATURE)).toBe(given.headSha);
  });

  test("of a name that is no name for a command is refused; nothing else is touched", async () => {
    const sha = await givenFeature(world, FEATURE);
    const hostile = ['a"b', "x;rm -rf y".replaceAll(" ", ""), "feature/été", "-d"];
    await runGit(world.directory, ["update-ref", "--stdin", "-z"], {
      stdin: hostile.map((name) => `create refs/heads/${name}\0${sha}\0`).join(""),
    });
    await read();
    for (const name of hostile) {
      const { id, headSha } = await rowOf(name);
      await expect(deleteBranch(lead(), { branchId: id, headSha: parseSha(headSha) })).rejects.toThrow(
        /with git/,
      );
    }
    expect(await read()).toMatchObject({ gone: [] });
    expect(await head(FEATURE)).toBe(sha);
  });
});

describe("restoring a branch", () => {
  test("is refused while somebody has taken the name, and possible once it is free", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    await deleteBranch(mine(), given);
    await setRef(world.directory, `refs/heads/${FEATURE}`, world.master, ZERO_SHA);
    await expect(restore(given)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await head(FEATURE)).toBe(world.master);
    expect(await deletionOf(given.branchId)).toMatchObject({ state: "deleted" });
    await read();
    await expect(restore(given)).rejects.toMatchObject({ code: "CONFLICT" });
    await deleteRef(world.directory, `refs/heads/${FEATURE}`, world.master);
    await read();
    await restore(given);
    expect(await head(FEATURE)).toBe(given.headSha);
  });

  test("is refused where a branch stands inside its name", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    await deleteBranch(mine(), given);
    await setRef(world.directory, `refs/heads/${FEATURE}/more`, world.master, ZERO_SHA);
    await expect(restore(given)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await deletionOf(given.branchId)).toMatchObject({ state: "deleted" });
  });

  test("of one that git deleted is refused with what to do", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    await deleteRef(world.directory, `refs/heads/${FEATURE}`, given.headSha);
    await read();
    await expect(restore(given)).rejects.toThrow(/deleted with git/);
  });
});

describe("what a killed process leaves", () => {
  /** The database as it was when the process died: the intent is there, nobody is on it any more. */
  async function intent(
    given: { branchId: string; headSha: Sha },
    { restoring = false, updatedAt = new Date(0) } = {},
  ) {
    const [row] = await audited(world.base.db, (tx) =>
      restoring
        ? tx
            .update(branchDeletions)
            .set({ state: "restoring", restoredById: world.tara.personId, updatedAt })
            .where(eq(branchDeletions.branchId, given.branchId))
            .returning()
        : tx
            .insert(branchDeletions)
            .values({
              branchId: given.branchId,
              repositoryId: world.repository.id,
              name: FEATURE,
              headSha: given.headSha,
              requestedById: world.asha.personId,
              updatedAt,
            })
            .returning(),
    );
    if (!row) throw new Error("no intent");
    return row;
  }

  test("between git and the row: the next reading finishes it, in the name of whoever asked, once", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    const row = await intent(given);
    await setRef(world.directory, keptRef(row.id), given.headSha, ZERO_SHA);
    await deleteRef(world.directory, `refs/heads/${FEATURE}`, given.headSha);
    await read();
    await read();
    expect(await deletionOf(given.branchId)).toMatchObject({ state: "deleted" });
    expect(await actions()).toEqual(["branch.deleted Asha Rai"]);
    expect(await world.base.db.$count(branches, eq(branches.name, FEATURE))).toBe(1);
  });

  test("before git: the next reading says that it was not done, and it can be asked for again", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    await intent(given);
    await read();
    expect(await deletionOf(given.branchId)).toMatchObject({ state: "refused" });
    expect(await head(FEATURE)).toBe(given.headSha);
    await deleteBranch(mine(), given);
    expect(await head(FEATURE)).toBeNull();
  });

  test("in the middle of a restoration: the next reading finishes it, as the same row", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    await deleteBranch(mine(), given);
    const row = await intent(given, { restoring: true });
    await setRef(world.directory, `refs/heads/${FEATURE}`, given.headSha, ZERO_SHA);
    await deleteRef(world.directory, keptRef(row.id), given.headSha);
    await read();
    expect(await deletionOf(given.branchId)).toMatchObject({ state: "restored" });
    expect((await rowOf(FEATURE)).id).toBe(given.branchId);
    expect((await actions()).at(-1)).toBe("branch.restored Tara Lama");
  });

  test("is left alone as long as its process may be on it", async () => {
    const given = await givenPushed(FEATURE, world.asha);
    await intent(given, { updatedAt: new Date() });
    await read();
    expect(await deletionOf(given.branchId)).toMatchObject({ state: "requested" });
  });
});

describe("the list", () => {
  const DAY = 86_400_000;
  const names = async (filter: BranchFilter) =>
    (await listBranches(mine(), { ...filter, limit: 100 })).items.map(({ name }) => name);

  async function given(name: string, values: Partial<typeof branches.$inferInsert> = {}) {
    await world.base.db.insert(branches).values({
      repositoryId: world.repository.id,
      name,
      kind: "feature",
      headSha: world.sprint,
      lastCommitAt: new Date(),
      lastCommitSubject: "x",
      lastCommitAuthorName: "Somebody Else",
      ahead: 1,
      behind: 0,
      baseName: "master",
      ...values,
    });
  }

  test("is filtered by what the address says", async () => {
    await given("f/ahead");
    await given("f/behind", { ahead: 0, behind: 3, lastPusherId: world.asha.personId });
    await given("f/both", { ahead: 2, behind: 2, lastCommitAt: new Date(Date.now() - 40 * DAY) });
    await given("f/old", {
      lastCommitAt: new Date(Date.now() - 100 * DAY),
      lastPusherId: world.tara.personId,
    });
    await given("odd", { kind: "other", isNameValid: false, lastCommitAt: new Date(Date.now() - 9 * DAY) });
    await given("master", { kind: "master", ahead: null, behind: null, lastCommitAt: new Date(0) });
    await given("f/gone", { deletedAt: sql`clearway_now()` as unknown as Date });
    await given("f/long-gone", { deletedAt: new Date(Date.now() - 31 * DAY) });
    expect(await names({})).toEqual(["f/ahead", "f/behind", "f/both", "f/old", "master", "odd"]);
    expect(await names({ view: "stale" })).toEqual(["f/both", "f/old"]);
    expect(await names({ view: "merged" })).toEqual(["f/behind"]);
    expect(await names({ view: "misnamed" })).toEqual(["odd"]);
    expect(await names({ view: "mine" })).toEqual(["f/behind"]);
    expect(await names({ view: "deleted" })).toEqual(["f/gone"]);
    expect(await names({ age: "week" })).toEqual(["f/ahead", "f/behind"]);
    expect(await names({ age: "month" })).toEqual(["odd"]);
    expect(await names({ age: "quarter" })).toEqual(["f/both"]);
    expect(await names({ age: "older" })).toEqual(["f/old", "master"]);
    expect(await names({ distance: "ahead" })).toEqual(["f/ahead", "f/both", "f/old", "odd"]);
    expect(await names({ distance: "behind" })).toEqual(["f/behind", "f/both"]);
    expect(await names({ distance: "diverged" })).toEqual(["f/both"]);
    expect(await names({ kinds: ["other", "master"] })).toEqual(["master", "odd"]);
    expect(await names({ owner: "tara" })).toEqual(["f/old"]);
    expect(await names({ owner: "somebody" })).toEqual(["f/ahead", "f/both", "master", "odd"]);
    expect(await names({ search: "F/B" })).toEqual(["f/behind", "f/both"]);
    expect(await names({ search: "%" })).toEqual([]);
    expect(await names({ checks: "none", kinds: ["other"] })).toEqual(["odd"]);
    expect(await names({ productKey: "no-such" })).toEqual([]);
    await expect(names({ repositoryKey: "no-such" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await countBranches(mine(), { distance: "ahead" })).toMatchObject({
      total: 4,
      isMore: false,
      byView: { all: 6, mine: 1, stale: 2, merged: 1, misnamed: 1, deleted: 1 },
    });
  });

  test("tells checks by the newest run of the head's tree", async () => {
    const tree = "a".repeat(40);
    await given("f/built", { headTreeOid: tree });
    const run = (state: "failed" | "passed") =>
      world.base.db.insert(pipelineRuns).values({
        repositoryId: world.repository.id,
        productId: world.product.id,
        ref: "refs/heads/f/built",
        commitSha: world.sprint,
        treeOid: tree,
        trigger: "push",
        state,
      });
    await run("failed");
    expect(await names({ checks: "failed" })).toEqual(["f/built"]);
    await run("passed");
    expect(await names({ checks: "failed" })).toEqual([]);
    expect(await names({ checks: "passed" })).toEqual(["f/built"]);
    expect(await names({ checks: "none" })).toEqual([]);
  });

  test("tells an open pull request, and a branch that has one is not stale", async () => {
    await givenPushed(FEATURE, world.asha);
    await given("f/other");
    const old = { lastCommitAt: new Date(Date.now() - 60 * DAY) };
    await world.base.db.update(branches).set(old).where(eq(branches.name, FEATURE));
    expect(await names({ view: "stale" })).toEqual([FEATURE]);
    await openPullRequest(mine(), {
      repositoryKey: "payments-api",
      sourceBranch: FEATURE,
      targetBranch: "sprint/2026.21",
      title: "PAY-412",
      description: "",
    });
    expect(await names({ view: "stale" })).toEqual([]);
    expect(await names({ pull: "open" })).toEqual([FEATURE]);
    expect(await names({ pull: "none", kinds: ["feature"] })).toEqual(["f/other"]);
  });

  test("in every order and direction is read through page by page, every row once", async () => {
    for (let i = 0; i < 23; i++) {
      await given(`f/${i}`, {
        ahead: i % 3 === 0 ? null : i % 2,
        behind: i % 4,
        lastCommitAt: new Date(1_700_000_000_000 + (i % 5)),
      });
    }
    for (const sort of BRANCH_SORTS) {
      for (const isDescending of [false, true]) {
        const whole = (await listBranches(mine(), { sort, isDescending, limit: 200 })).items.map(
          ({ id }) => id,
        );
        const paged: string[] = [];
        let cursor: { value: string; id: string; limit: number } | undefined;
        do {
          const page = await listBranches(mine(), { sort, isDescending, limit: 4, cursor });
          paged.push(...page.items.map(({ id }) => id));
          // From the second window on they may be larger.
          cursor = page.next ? { ...page.next, limit: 6 } : undefined;
        } while (cursor);
        expect(whole).toHaveLength(23);
        expect(paged).toEqual(whole);
      }
    }
  });

  test("a cursor that nobody was given is refused, not guessed at", async () => {
    const cursor = { value: "'; drop table branches", id: randomUUID() };
    await expect(listBranches(mine(), { sort: "commit", limit: 4, cursor })).rejects.toMatchObject({
      code: "INVALID",
    });
  });

  test("has nothing of a product that one may not see, in rows or in counts", async () => {
    await given("f/secret");
    const other = await givenProduct(world.base.db);
    const stranger = world.as(await givenActor(world.base, "Bina Foreign", "developer", other.id));
    expect((await listBranches(stranger, { limit: 10 })).items).toEqual([]);
    expect(await countBranches(stranger, {})).toMatchObject({ total: 0, byView: { all: 0 } });
    expect(await world.base.db.$count(people)).toBeGreaterThan(0);
  });
});
