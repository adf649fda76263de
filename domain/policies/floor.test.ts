import { expect, test } from "vitest";
import type { ApprovingRole } from "../people/roles";
import { belowFloor } from "./floor";
import { USUAL_POLICIES } from "./usual";

const asks = (...lists: ApprovingRole[][]) =>
  lists.map((roles, index) => ({ key: `rule_${index}`, name: "Rule", roles, minimum: 1 }));
const NOBODY =
  "Nobody would be asked before master: it takes at least one person who had no hand in a change.";
const APPOINTED =
  "One administrator could appoint everybody who is asked before master: at least one rule asks only for Tech lead or QA or Release approver.";

test.each<[string, ApprovingRole[][], string | null]>([
  ["nobody is asked", [], NOBODY],
  ["developers only", [["developer"]], APPOINTED],
  ["a developer would do instead of a tech lead", [["developer", "tech_lead"]], APPOINTED],
  ["a developer would do in every rule", [["developer"], ["qa", "developer"]], APPOINTED],
  ["a tech lead", [["tech_lead"]], null],
  ["any role that takes two", [["tech_lead", "qa", "release_approver"]], null],
  ["developers, and QA besides", [["developer"], ["qa"]], null],
])("%s", (_, lists, sentence) => {
  expect(belowFloor(asks(...lists), "master")).toBe(sentence);
});

test("ten developers are appointed as one is", () => {
  expect(belowFloor([{ key: "many", name: "Many", roles: ["developer"], minimum: 9 }], "master")).toBe(
    APPOINTED,
  );
});

test("the usual policies of master and production are above it", () => {
  const guarded = USUAL_POLICIES.filter(({ key }) => key === "master-merge" || key === "production");
  expect(guarded.map(({ rules }) => belowFloor(rules.approvals, "x"))).toEqual([null, null]);
});
