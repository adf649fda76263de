import { expect, test } from "vitest";
import { fillRules } from "./filled";
import { type ApprovalRule, missingApprovals } from "./policy";

const rule = (key: string, minimum: number): ApprovalRule => ({ key, name: key, roles: ["qa"], minimum });
const voters = (given: Record<string, string>) =>
  new Map(Object.entries(given).map(([key, names]) => [key, new Set(names)]));

test.each<[string, ApprovalRule[], Record<string, string>, Record<string, number>, string]>([
  ["nobody yet", [rule("a", 1), rule("b", 2)], {}, { a: 0, b: 0 }, "ab"],
  ["one of two", [rule("a", 2)], { a: "x" }, { a: 1 }, "a"],
  ["everything", [rule("a", 1), rule("b", 1)], { a: "x", b: "y" }, { a: 1, b: 1 }, ""],
  [
    "one person who could fill either",
    [rule("a", 1), rule("b", 1)],
    { a: "x", b: "x" },
    { a: 1, b: 0 },
    "ab",
  ],
  ["who could fill either makes room", [rule("a", 1), rule("b", 1)], { a: "xy", b: "x" }, { a: 1, b: 1 }, ""],
  // A lead and a developer: the lead is counted in one of the two.
  [
    "two of developer or lead and a lead",
    [rule("a", 2), rule("b", 1)],
    { a: "ld", b: "l" },
    { a: 2, b: 0 },
    "ab",
  ],
  [
    "what is filled by others is not wanted",
    [rule("a", 1), rule("b", 1), rule("c", 1)],
    { a: "x", b: "x", c: "z" },
    { a: 1, b: 0, c: 1 },
    "ab",
  ],
  [
    "a chain of three",
    [rule("a", 1), rule("b", 1), rule("c", 1)],
    { a: "x", b: "xy", c: "y" },
    { a: 1, b: 1, c: 0 },
    "abc",
  ],
])("%s", (_, rules, given, seats, wanted) => {
  const filled = fillRules(rules, voters(given));
  expect(Object.fromEntries(filled.given)).toEqual(seats);
  expect([...filled.wanted].sort().join("")).toBe(wanted);
  expect(filled.missing).toBe(missingApprovals(rules, voters(given)));
});

test("each rule that lacks somebody has its own ways to be filled", () => {
  const rules = [rule("a", 2), rule("b", 1), rule("c", 1)];
  const { ways } = fillRules(rules, voters({ a: "ld", b: "l", c: "" }));
  expect([...ways].map(([key, through]) => [key, [...through].sort().join("")])).toEqual([
    ["b", "ab"],
    ["c", "c"],
  ]);
});

/** Every rule and every person of up to three rules and three people, each filling any of the rules. */
test("one more approval counts exactly where it is wanted, and the count is the quorum's", () => {
  const keys = ["a", "b", "c"];
  const people = ["x", "y", "z"];
  let looked = 0;
  for (let minimums = 0; minimums < 8; minimums++) {
    const rules = keys.map((key, n) => rule(key, 1 + ((minimums >> n) & 1)));
    for (let fills = 0; fills < 512; fills++) {
      const given = new Map(
        keys.map((key, k) => [key, new Set(people.filter((_, p) => (fills >> (k * 3 + p)) & 1))]),
      );
      const { missing, wanted } = fillRules(rules, given);
      expect(missing).toBe(missingApprovals(rules, given));
      for (let roles = 1; roles < 8; roles++) {
        const mine = keys.filter((_, k) => (roles >> k) & 1);
        const more = new Map(keys.map((key) => [key, new Set(given.get(key))]));
        for (const key of mine) more.get(key)?.add("new");
        const counts = missingApprovals(rules, more) < missing;
        if (counts !== mine.some((key) => wanted.has(key))) expect({ minimums, fills, mine }).toBe(wanted);
        looked++;
      }
    }
  }
  expect(looked).toBe(8 * 512 * 7);
});
