import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { promotionContributors, promotionRevisions, promotions, pullRequests } from "@/db/schema";
import { audited, givenProduct } from "@/db/testing/given";
import type { Sha } from "@/domain/git/sha";
import { OpenPullRequest } from "@/domain/pull-requests/input";
import { change } from "../audit/change";
import { setRef } from "../git/refs";
import { givenCommit } from "../git/testing/given-repository";
import { movePromotion } from "../promotions/move";
import { lockPromotion } from "../promotions/rows";
import { readRepository } from "../repositories/read";
import { givenActor, givenFeature, givenWorld, type World } from "../repositories/testing/given-world";
import { closePullRequest, markSeen, openPullRequest, requestAgain } from "./commands";
import { diffPullRequest, getPullRequest, listPullRequests } from "./queries";

const FEATURE = "feature/2026.21/PAY-412-retry";
const SPRINT = "sprint/2026.21";
let world: World;
let head: Sha;

beforeEach(async () => {
  world = await givenWorld();
  head = await givenFeature(world, FEATURE);
  await read();
});
afterEach(() => world.base.stop());

const read = () => readRepository(world.system, world.repository.id);
const open = (over: Partial<OpenPullRequest> = {}, actor = world.asha) =>
  openPullRequest(world.as(actor), {
    repositoryKey: "payments-api",
    sourceBranch: FEATURE,
    targetBranch: SPRINT,
    title: "PAY-412: retry timeouts",
    ...over,
  });

async function promotionsOf(pullRequestId: string) {
  return world.base.db
    .select()
    .from(promotions)
    .where(eq(promotions.pullRequestId, pullRequestId))
    .orderBy(promotions.number);
}

async function cancel(promotionId: string): Promise<void> {
  await change(world.system, async (c) => {
    await movePromotion(c, await lockPromotion(c.db, promotionId), "cancelled");
  });
}

describe("opening a pull request", () => {
  test("asks for the merge, with everybody who had a hand in it", async () => {
    const { id, number, promotion } = await open();
    const [asked] = await promotionsOf(id);
    expect(asked).toMatchObject({
      id: promotion.id,
      kind: "merge",
      state: "gating",
      sourceBranch: FEATURE,
      targetBranch: SPRINT,
      requestedById: world.asha.personId,
    });
    const [revision] = await world.base.db
      .select()
      .from(promotionRevisions)
      .where(eq(promotionRevisions.promotionId, promotion.id));
    expect(revision).toMatchObject({ sourceSha: head, boundTargetSha: null, unknownContributors: [] });
    const hands = await world.base.db
      .select({ personId: promotionContributors.personId, why: promotionContributors.why })
      .from(promotionContributors)
      .where(eq(promotionContributors.promotionId, promotion.id))
      .orderBy(promotionContributors.why);
    expect(hands).toEqual(
      ["author", "committer", "opened", "requested"].map((why) => ({ personId: world.asha.personId, why })),
    );
    expect(world.base.jobs).toContainEqual({
      task: "promotions.evaluate",
      payload: { promotionId: promotion.id },
    });
    expect(await getPullRequest(world.as(world.tara), { number })).toMatchObject({
      title: "PAY-412: retry timeouts",
      author: { name: "Asha Rai" },
      promotion: { state: "gating" },
      commits: [{ sha: head, authorId: world.asha.personId, workItemKeys: ["PAY-412"], isByClearway: false }],
      files: [{ path: "retry.ts", status: "added", added: 1, removed: 0 }],
      seen: null,
    });
  });

  test("binds votes to master's head, which takes a tech lead", async () => {
    const input = { sourceBranch: SPRINT, targetBranch: "master", title: "Sprint 2026.21" };
    await expect(open(input)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const { promotion } = await open(input, world.tara);
    const [revision] = await world.base.db
      .select()
      .from(promotionRevisions)
      .where(eq(promotionRevisions.promotionId, promotion.id));
    expect(revision).toMatchObject({ sourceSha: world.sprint, boundTargetSha: world.master });
  });

  test.each([
    ["a branch into itself", { sourceBranch: SPRINT }, "INVALID"],
    ["a feature into master", { targetBranch: "master" }, "INVALID"],
    ["a branch that is not there", { sourceBranch: "feature/2026.21/PAY-9-none" }, "INVALID"],
    ["a name that is an option", { sourceBranch: "--upload-pack=touch" }, "INVALID"],
    ["master into a sprint that has all of it", { sourceBranch: "master" }, "NOTHING_TO_MERGE"],
    ["an unknown repository", { repositoryKey: "nope" }, "NOT_FOUND"],
    [
      "into a kind without a policy",
      { sourceBranch: "hotfix-work/PAY-9/x", targetBranch: "hotfix/PAY-9" },
      "ENVIRONMENT_CLOSED",
    ],
  ])("refuses %s", async (_, over, code) => {
    await expect(open(over)).rejects.toMatchObject({ code });
  });

  test("a second one for the same branches is a conflict", async () => {
    await open();
    await expect(open()).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("a title is one line that can be kept, and is kept as it is", async () => {
    const title = `<img src=x onerror=alert(1)> \u202e'; drop table "x" -- {{7*7}}`;
    const { number } = await open({ title, description: "**a**\n<script>1</script>" });
    const found = await getPullRequest(world.as(world.asha), { number });
    expect(found).toMatchObject({ title, description: "**a**\n<script>1</script>" });
    const { items } = await listPullRequests(world.as(world.asha), { limit: 10 });
    expect(items[0]?.title).toBe(title);
    for (const wrong of ["", "   ", "a\nb", "a\0b", "\ud800", "x".repeat(201)]) {
      expect(OpenPullRequest.shape.title.safeParse(wrong).success).toBe(false);
    }
  });
});

describe("what is new since one looked", () => {
  test("is the difference to the head that was looked at", async () => {
    const { id, number } = await open();
    const asTara = world.as(world.tara);
    expect((await diffPullRequest(asTara, { number, since: "seen" })).since).toBe("base");
    await markSeen(asTara, { pullRequestId: id, headSha: head });
    expect((await diffPullRequest(asTara, { number, since: "seen" })).files).toEqual([]);

    const next = await givenFeature(world, FEATURE, {
      parent: head,
      file: "more.ts",
      content: "two\n",
      message: "PAY-412: more",
      at: 1_770_000_300,
    });
    await read();
    const seen = await diffPullRequest(asTara, { number, since: "seen" });
    expect(seen).toMatchObject({ since: "seen", fromSha: head, toSha: next, isTruncated: false });
    expect(seen.files.map((file) => file.path)).toEqual(["more.ts"]);
    const all = await diffPullRequest(asTara, { number, since: "base" });
    expect(all.files.map((file) => file.path)).toEqual(["more.ts", "retry.ts"]);
    expect(await getPullRequest(asTara, { number })).toMatchObject({
      headSha: next,
      seen: { headSha: head, isLatest: false },
    });
    expect(await getPullRequest(world.as(world.asha), { number })).toMatchObject({ seen: null });
  });

  test("cannot be a commit that the repository does not have", async () => {
    const { id } = await open();
    const asTara = world.as(world.tara);
    await expect(markSeen(asTara, { pullRequestId: id, headSha: "f".repeat(40) })).rejects.toMatchObject({
      code: "INVALID",
    });
  });

  test("a large change is cut, and says so", async () => {
    await givenFeature(world, FEATURE, {
      parent: head,
      file: "a-large.txt",
      content: "all the same line\n".repeat(60_000),
    });
    await read();
    const { number } = await open();
    const diff = await diffPullRequest(world.as(world.asha), { number, since: "base" });
    expect(diff.isTruncated).toBe(true);
    expect(diff.files.map((file) => file.path)).toEqual(["a-large.txt", "retry.ts"]);
    expect(JSON.stringify(diff).length).toBeLessThan(3_000_000);
  });
});

describe("a pull request moves with its branches", () => {
  test("its head follows the source, and its diff begins at the new merge base", async () => {
    const { number } = await open();
    const sprint = await givenCommit(world.directory, {
      ref: `refs/heads/${SPRINT}`,
      parents: [world.sprint],
      files: { other: "x\n" },
    });
    await read();
    expect(await getPullRequest(world.as(world.asha), { number })).toMatchObject({
      headSha: head,
      baseSha: world.sprint,
    });
    const merged = await givenCommit(world.directory, {
      ref: `refs/heads/${FEATURE}`,
      parents: [head, sprint],
      files: { "retry.ts": "export const retries = 3;\n", other: "x\n" },
      message: "PAY-412: bring it up to date",
    });
    await read();
    const found = await getPullRequest(world.as(world.asha), { number });
    expect(found).toMatchObject({ headSha: merged, baseSha: sprint });
    expect(found.files.map((file) => file.path)).toEqual(["retry.ts"]);
  });

  test("once merged, what it brought is still to be seen", async () => {
    const { number } = await open();
    await setRef(world.directory, `refs/heads/${SPRINT}`, head, world.sprint);
    await read();
    const found = await getPullRequest(world.as(world.asha), { number });
    expect(found).toMatchObject({ baseSha: world.sprint, commits: [{ sha: head }] });
  });
});

describe("closing and asking again", () => {
  test("closing ends the waiting promotion with it", async () => {
    const { id, number } = await open();
    await closePullRequest(world.as(world.asha), { number, reason: "Not needed any more" });
    expect(await promotionsOf(id)).toMatchObject([{ state: "cancelled" }]);
    await expect(closePullRequest(world.as(world.asha), { number })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await expect(requestAgain(world.as(world.asha), { number })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("is for its author or a tech lead", async () => {
    const { number } = await open();
    const other = await givenActor(world.base, "Dev Other", "developer", world.product.id);
    await expect(closePullRequest(world.as(other), { number })).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await closePullRequest(world.as(world.tara), { number })).toMatchObject({ state: "closed" });
  });

  test("asking again needs an end, and starts a new promotion on what is there now", async () => {
    const { id, number, promotion } = await open();
    await expect(requestAgain(world.as(world.asha), { number })).rejects.toMatchObject({ code: "CONFLICT" });
    await cancel(promotion.id);
    const again = await requestAgain(world.as(world.asha), { number });
    expect(again.promotion.number).toBeGreaterThan(promotion.number);
    expect(await promotionsOf(id)).toMatchObject([{ state: "cancelled" }, { state: "gating" }]);
    const found = await getPullRequest(world.as(world.asha), { number });
    expect(found.earlierPromotions).toMatchObject([{ id: promotion.id }]);
  });

  test("asking again twice at once starts one", async () => {
    const { id, number, promotion } = await open();
    await cancel(promotion.id);
    const both = await Promise.allSettled([1, 2].map(() => requestAgain(world.as(world.asha), { number })));
    expect(both.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await promotionsOf(id)).toHaveLength(2);
  });
});

describe("what people may see", () => {
  test("a foreign product's pull requests do not exist", async () => {
    const { id, number } = await open();
    const other = await givenProduct(world.base.db);
    const foreign = world.as(await givenActor(world.base, "Bina Foreign", "tech_lead", other.id));
    const attempts = [
      () => getPullRequest(foreign, { number }),
      () => diffPullRequest(foreign, { number, since: "base" }),
      () => closePullRequest(foreign, { number }),
      () => requestAgain(foreign, { number }),
      () => markSeen(foreign, { pullRequestId: id, headSha: head }),
      () => open({}, foreign.actor.kind === "person" ? foreign.actor : world.asha),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await listPullRequests(foreign, { limit: 10 })).toEqual({ items: [], next: null });
  });

  test("the list is filtered and paged by number", async () => {
    const first = await open();
    await givenFeature(world, "feature/2026.21/PAY-413-more", { message: "PAY-413: more", file: "b.ts" });
    const second = await open({ sourceBranch: "feature/2026.21/PAY-413-more", title: "More" }, world.tara);
    const asAsha = world.as(world.asha);
    const page = await listPullRequests(asAsha, { limit: 1 });
    expect(page).toMatchObject({ items: [{ number: second.number }], next: second.number });
    const rest = await listPullRequests(asAsha, { limit: 1, before: second.number });
    expect(rest).toMatchObject({
      items: [{ number: first.number, promotion: { state: "gating" } }],
      next: null,
    });
    const numbers = async (filter: object) =>
      (await listPullRequests(asAsha, { limit: 10, ...filter })).items.map((one) => one.number);
    expect(await numbers({ author: "me" })).toEqual([first.number]);
    expect(await numbers({ author: world.tara.personId })).toEqual([second.number]);
    expect(await numbers({ state: "closed" })).toEqual([]);
    expect(await numbers({ productKey: "payments", state: "open" })).toEqual([second.number, first.number]);
    await audited(world.base.db, (tx) =>
      tx.update(pullRequests).set({ state: "closed" }).where(eq(pullRequests.number, first.number)),
    );
    expect(await numbers({ state: "closed" })).toEqual([first.number]);
  });
});
