import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { branchDeletions, branches, pullRequests } from "@/db/schema";
import { audited, givenInstallation, givenPerson, givenProduct, givenRepository } from "@/db/testing/given";
import { createTestContext, type TestContext } from "@/db/testing/test-context";
import { type SystemActor, systemActor } from "@/domain/people/actor";

const SHA = "a".repeat(40);
let base: TestContext<SystemActor>;
let branch: typeof branches.$inferSelect;
let personId: string;

beforeEach(async () => {
  base = await createTestContext(systemActor("test"));
  await givenInstallation(base.db);
  const product = await givenProduct(base.db);
  const repository = await givenRepository(base.db, product.id);
  personId = (await givenPerson(base.db)).id;
  branch = await givenBranch(repository.id, "feature/2026.21/PAY-1-x", "feature");
});
afterEach(() => base.stop());

async function givenBranch(repositoryId: string, name: string, kind: typeof branch.kind) {
  const [row] = await base.db
    .insert(branches)
    .values({
      repositoryId,
      name,
      kind,
      headSha: SHA,
      lastCommitAt: new Date(),
      lastCommitSubject: "x",
      lastCommitAuthorName: "x",
    })
    .returning();
  if (!row) throw new Error("no branch");
  return row;
}

const request = (over: Partial<typeof branchDeletions.$inferInsert> = {}) => ({
  branchId: branch.id,
  repositoryId: branch.repositoryId,
  name: branch.name,
  headSha: branch.headSha,
  requestedById: personId,
  ...over,
});

const ask = (over: Partial<typeof branchDeletions.$inferInsert> = {}) =>
  audited(base.db, (tx) => tx.insert(branchDeletions).values(request(over)));

/** What the database says, under whatever the query builder wraps it in. */
async function refusalOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    return String((error as { cause?: unknown }).cause ?? error);
  }
  return "it was done";
}

test.each(["master", "sprint", "hotfix", "environment"] as const)(
  "a branch of kind %s cannot be deleted, whoever asks",
  async (kind) => {
    const guarded = await givenBranch(branch.repositoryId, `guarded-${kind}`, kind);
    const act = ask({ branchId: guarded.id, name: guarded.name });
    expect(await refusalOf(act)).toMatch(/FORBIDDEN/);
  },
);

test("a branch with an open pull request cannot be deleted", async () => {
  await audited(base.db, async (tx) => {
    const { rows } = await tx.execute<{ id: string }>(sql`select product_id as id from repositories limit 1`);
    await tx.insert(pullRequests).values({
      repositoryId: branch.repositoryId,
      productId: rows[0]?.id ?? "",
      sourceBranch: branch.name,
      targetBranch: "sprint/2026.21",
      title: "x",
      authorId: personId,
      headSha: SHA,
      baseSha: SHA,
    });
  });
  expect(await refusalOf(ask())).toMatch(/pull request is open/);
});

test("what is deleted is the branch as it stands, once at a time", async () => {
  expect(await refusalOf(ask({ headSha: "b".repeat(40) }))).toMatch(/STALE_SUBJECT/);
  expect(await refusalOf(ask({ name: "master" }))).toMatch(/STALE_SUBJECT/);
  expect(await refusalOf(ask({ state: "deleted" }))).toMatch(/ILLEGAL_TRANSITION/);
  await ask();
  expect(await refusalOf(ask())).toMatch(/branch_deletions_one_open/);
});

test("what was deleted, by whom and when, is neither changed nor removed, nor written without an audit row", async () => {
  const bare = base.db.transaction((tx) => tx.insert(branchDeletions).values(request()));
  expect(await refusalOf(bare)).toMatch(/AUDIT_MISSING/);
  await ask();
  const attack = (statement: string) => refusalOf(audited(base.db, (tx) => tx.execute(sql.raw(statement))));
  expect(await attack("delete from branch_deletions")).toMatch(/IMMUTABLE/);
  expect(await attack(`update branch_deletions set head_sha = '${"b".repeat(40)}'`)).toMatch(/IMMUTABLE/);
  expect(await attack(`update branch_deletions set branch_id = '${randomUUID()}'`)).toMatch(/IMMUTABLE/);
  expect(await attack("update branch_deletions set state = 'restored'")).toMatch(/ILLEGAL_TRANSITION/);
  expect(await attack("update branch_deletions set state = 'restoring'")).toMatch(/ILLEGAL_TRANSITION/);
});
