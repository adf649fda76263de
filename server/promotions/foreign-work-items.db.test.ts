import { afterAll, beforeAll, expect, test } from "vitest";
import { givenProduct, givenWorkItem } from "@/db/testing/given";
import { workItemsOf } from "../pipelines/run-facts";
import { find as search } from "../search/queries";
import { getPromotionChanges } from "./changes";
import { mergeGates } from "./gates-merge";
import { createWorld, type World } from "./testing/engine-world";

let world: World;
let number: number;
let sha: string;

/** A commit that names a work item of its own product, and one that names another product's. */
beforeAll(async () => {
  world = await createWorld();
  await world.begin();
  const other = await givenProduct(world.db, { key: "cards", name: "Cards" });
  await givenWorkItem(world.db, other.id, { key: "CARD-7", title: "Secret card" });
  const branch = "feature/2026.21/CARD-7-foreign";
  sha = await world.commit(branch, { a: "1" }, world.staff.author, "sprint/2026.21", "CARD-7 change");
  const opened = await world.open(world.staff.author, branch, "sprint/2026.21");
  number = opened.promotion.number;
  await world.settle();
});
afterAll(() => world.stop());

test("a promotion does not tell of another product's work item", async () => {
  const changes = await getPromotionChanges(world.as(world.staff.admin), { number });
  expect(changes.commits.map(({ sha: one }) => one)).toContain(sha);
  expect(changes.items).toEqual([]);
  expect(changes.commits.flatMap(({ workItemKeys }) => workItemKeys)).toEqual([]);
});

test("the gate counts only the work items of the repository's own product", async () => {
  const rules = { ...world.policies.peer.rules, requiresWorkItem: true, requiresChecks: false };
  const gateOf = async (key: string) => {
    const facts = {
      closed: null,
      sourceBranch: `feature/2026.21/${key}-x`,
      targetBranch: "sprint/2026.21",
      commits: [],
      own: [],
      unknownContributors: [],
      merge: null,
      isUpToDate: true,
    };
    const gates = await mergeGates(world.db, world.repository.id, rules, facts, true);
    return gates.find((gate) => gate.key === "work_item")?.status;
  };
  expect(await gateOf("PAY-1")).toBe("pass");
  expect(await gateOf("CARD-7")).toBe("fail");
});

test("a run shows the work items of its own product only", async () => {
  const run = (id: string, key: string) => ({
    id,
    productId: world.product.id,
    ref: `refs/heads/feature/2026.21/${key}-x`,
    commitWorkItem: null,
  });
  const items = await workItemsOf(world.as(world.staff.admin), [run("own", "PAY-1"), run("other", "CARD-7")]);
  expect([...items]).toEqual([["own", { key: "PAY-1", title: "Retry payouts" }]]);
});

test("a commit is told to be somebody's exactly if its address is a person's", async () => {
  const changes = await getPromotionChanges(world.as(world.staff.admin), { number });
  expect(changes.commits.map(({ isAuthorKnown }) => isAuthorKnown)).toEqual([true]);
});

test("a SHA is found whatever its case, and does not lead to another product's work item", async () => {
  const found = await search(world.as(world.staff.admin), { query: sha.slice(0, 12).toUpperCase() });
  expect(found.filter(({ group }) => group === "Commits").map(({ href }) => href)).toEqual([
    "/repositories/payments",
  ]);
});
