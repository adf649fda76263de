import { expect, test } from "vitest";
import { commitsByWorkItem } from "./changes-by-work-item";

const commit = (sha: string, workItemKeys: string[], added = 1, removed = 0) => ({
  sha,
  workItemKeys,
  added,
  removed,
});
const items = [
  { key: "PAY-398", title: "Fee table" },
  { key: "PAY-412", title: "Retry payouts" },
];

test("commits stand under their work item with the lines they changed, those without one last", () => {
  const commits = [commit("a", ["PAY-412"], 80, 10), commit("b", []), commit("c", ["PAY-412"], 4, 2)];
  const groups = commitsByWorkItem({ items, commits });
  expect(groups.map((group) => [group.key, group.commits.length, group.added, group.removed])).toEqual([
    ["PAY-412", 2, 84, 12],
    [null, 1, 1, 0],
  ]);
});

test("a commit that names two work items stands under both", () => {
  const groups = commitsByWorkItem({ items, commits: [commit("a", ["PAY-398", "PAY-412"])] });
  expect(groups.map((group) => group.key)).toEqual(["PAY-398", "PAY-412"]);
});
