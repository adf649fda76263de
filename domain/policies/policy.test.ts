import { describe, expect, test } from "vitest";
import { type ApprovalRule, missingApprovals, PolicyRules } from "./policy";

const rule = (key: string, minimum: number): ApprovalRule => ({ key, name: key, roles: ["qa"], minimum });
const voters = (entries: Record<string, string[]>) =>
  new Map(Object.entries(entries).map(([key, people]) => [key, new Set(people)]));

describe("missing approvals", () => {
  test.each<[string, ApprovalRule[], Record<string, string[]>, number]>([
    ["no rules ask for nobody", [], {}, 0],
    ["one rule without votes", [rule("a", 1)], {}, 1],
    ["one rule, filled", [rule("a", 1)], { a: ["ann"] }, 0],
    ["two of one rule, one given", [rule("a", 2)], { a: ["ann"] }, 1],
    ["one person cannot fill two rules", [rule("a", 1), rule("b", 1)], { a: ["ann"], b: ["ann"] }, 1],
    [
      "two people who each could fill both",
      [rule("a", 1), rule("b", 1)],
      { a: ["ann", "bo"], b: ["ann", "bo"] },
      0,
    ],
    [
      "the one who can only fill b leaves a to the other",
      [rule("a", 1), rule("b", 1)],
      { a: ["ann"], b: ["ann", "bo"] },
      0,
    ],
    [
      "many in one rule do not help another",
      [rule("a", 1), rule("b", 1)],
      { a: ["ann", "bo", "cy"], b: [] },
      1,
    ],
    [
      "three rules, two people",
      [rule("a", 1), rule("b", 1), rule("c", 1)],
      { a: ["ann"], b: ["ann", "bo"], c: ["bo"] },
      1,
    ],
    [
      "minimums add up over shared voters",
      [rule("a", 2), rule("b", 1)],
      { a: ["ann", "bo"], b: ["ann", "bo"] },
      1,
    ],
  ])("%s", (_, rules, given, missing) => {
    expect(missingApprovals(rules, voters(given))).toBe(missing);
  });
});

test("a rule can never ask an administrator, an auditor or a viewer", () => {
  const rules = {
    approvals: [{ key: "a", name: "A", roles: ["platform_admin"], minimum: 1 }],
    requiresChecks: true,
    requiresWorkItem: true,
    requiresUpToDate: false,
    verifiedIn: [],
    requiresMaster: false,
    onTargetMoved: "recheck",
    deploysAutomatically: false,
    rollsBackAutomatically: true,
    rollbackApprovals: [],
    expiresAfterHours: 48,
  };
  expect(PolicyRules.safeParse(rules).success).toBe(false);
});
