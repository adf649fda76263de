import { describe, expect, test } from "vitest";
import type { ApprovalRule, PolicyRules } from "./policy";
import { becameStricter, stricterIn, stricterOf, whatIsStricter } from "./stricter";

const peer: ApprovalRule = { key: "peer", name: "Peer", roles: ["developer", "tech_lead"], minimum: 1 };
const qa: ApprovalRule = { key: "qa", name: "QA", roles: ["qa"], minimum: 1 };
const rules: PolicyRules = {
  approvals: [peer],
  requiresChecks: false,
  requiredChecks: ["build"],
  requiresWorkItem: false,
  requiresUpToDate: false,
  verifiedIn: ["dev"],
  requiresMaster: false,
  onTargetMoved: "recheck",
  deploysAutomatically: false,
  rollsBackAutomatically: true,
  rollbackApprovals: [],
  requiresStepUp: false,
  expiresAfterHours: 72,
};
const two = { ...peer, minimum: 2 };

describe("the stricter of two rules", () => {
  test.each<[string, ApprovalRule[], ApprovalRule[], ApprovalRule[]]>([
    ["the same", [peer], [peer], [peer]],
    ["the higher minimum is the present one", [peer], [two], [two]],
    ["the higher minimum is the one it began with", [two], [peer], [two]],
    [
      "only the roles that both name",
      [peer],
      [{ ...peer, roles: ["tech_lead", "qa"] }],
      [{ ...peer, roles: ["tech_lead"] }],
    ],
    [
      "no role in common: those asked for now",
      [qa],
      [{ ...qa, roles: ["tech_lead"] }],
      [{ ...qa, roles: ["tech_lead"] }],
    ],
    ["a rule that is new comes after the others", [peer], [qa, peer], [peer, qa]],
    ["a rule that is gone still stands", [peer, qa], [peer], [peer, qa]],
    ["nobody was asked before", [], [qa], [qa]],
    ["nobody is asked any more", [qa], [], [qa]],
  ])("%s", (_, approvals, now, expected) => {
    expect(stricterOf({ ...rules, approvals }, { ...rules, approvals: now }).approvals).toEqual(expected);
    expect(
      stricterOf({ ...rules, rollbackApprovals: approvals }, { ...rules, rollbackApprovals: now })
        .rollbackApprovals,
    ).toEqual(expected);
  });
});

test("what either asks for stands, of flags and checks alike", () => {
  const strict: PolicyRules = {
    ...rules,
    requiresChecks: true,
    requiredChecks: ["lint"],
    requiresWorkItem: true,
    requiresUpToDate: true,
    onTargetMoved: "revote",
    requiresStepUp: true,
  };
  const expected = { ...strict, requiredChecks: ["build", "lint"] };
  expect(stricterOf(rules, strict)).toEqual(expected);
  expect(stricterOf(strict, rules)).toEqual({ ...expected, requiredChecks: ["lint", "build"] });
});

test("the path, what follows and the expiry stay those it began with", () => {
  const other: PolicyRules = {
    ...rules,
    verifiedIn: ["dev", "staging"],
    requiresMaster: true,
    deploysAutomatically: true,
    rollsBackAutomatically: false,
    expiresAfterHours: 1,
  };
  expect(stricterOf(rules, other)).toEqual(rules);
  expect(whatIsStricter(rules, other, "deploy")).toEqual([]);
});

describe("why people are asked again", () => {
  test.each<[string, Partial<PolicyRules>, "merge" | "deploy" | "rollback", string[]]>([
    ["more of the same", { approvals: [two] }, "merge", ["now asks for 2 of Developer or Tech lead, was 1"]],
    ["fewer of the same is no reason", { approvals: [] }, "merge", []],
    [
      "fewer roles",
      { approvals: [{ ...peer, roles: ["tech_lead"] }] },
      "deploy",
      ["now asks for 1 of Tech lead, was 1 of Developer or Tech lead"],
    ],
    ["another rule", { approvals: [peer, qa] }, "deploy", ["also asks for 1 of QA"]],
    ["another name is no reason", { approvals: [{ ...peer, name: "Colleague" }] }, "merge", []],
    ["another check", { requiredChecks: ["lint"] }, "merge", ["now needs check lint"]],
    ["a rollback is not asked for what a deployment is", { approvals: [two] }, "rollback", []],
    ["a merge is not asked for what a rollback is", { rollbackApprovals: [qa] }, "merge", []],
    [
      "a rollback has its own rules",
      { rollbackApprovals: [qa] },
      "rollback",
      ["a rollback also asks for 1 of QA"],
    ],
    [
      "a deployment has no target that moves",
      { onTargetMoved: "revote", requiresWorkItem: true },
      "deploy",
      [],
    ],
    ["a merge has", { onTargetMoved: "revote" }, "merge", ["votes now begin again when the target moves"]],
    [
      "one thing looser does not make up for another that is stricter",
      { approvals: [], requiresStepUp: true },
      "merge",
      ["now a vote takes a fresh sign-in"],
    ],
  ])("%s", (_, over, kind, reasons) => {
    expect(whatIsStricter(rules, { ...rules, ...over }, kind)).toEqual(reasons);
  });

  test("once decided by the stricter rules, they are no reason again", () => {
    const strict = { ...rules, approvals: [two, qa] };
    expect(whatIsStricter(stricterOf(rules, strict), strict, "merge")).toEqual([]);
  });
});

test("the reason of a revision says in what, also beside another reason", () => {
  const reason = becameStricter(["also asks for 1 of QA", "now needs check lint"]);
  expect(stricterIn(reason)).toBe("also asks for 1 of QA; now needs check lint");
  expect(stricterIn(`x moved; ${reason}`)).toBe("also asks for 1 of QA; now needs check lint");
  expect(stricterIn("x moved")).toBeNull();
});
