import { expect, test } from "vitest";
import { policyDifference } from "./difference";
import type { PolicyRules } from "./policy";

const rules: PolicyRules = {
  approvals: [{ key: "lead", name: "Lead", roles: ["tech_lead"], minimum: 1 }],
  requiresChecks: true,
  requiredChecks: ["build", "lint"],
  requiresWorkItem: false,
  requiresUpToDate: false,
  verifiedIn: ["qa"],
  requiresMaster: true,
  onTargetMoved: "revote",
  deploysAutomatically: false,
  rollsBackAutomatically: true,
  rollbackApprovals: [{ key: "qa", name: "QA", roles: ["qa"], minimum: 1 }],
  requiresStepUp: false,
  expiresAfterHours: 72,
};
const differences = (over: Partial<PolicyRules>) =>
  policyDifference(rules, { ...rules, ...over }, new Map([["uat", "UAT"]])).map(
    ({ effect, text }) => `${effect}: ${text}`,
  );

test("two that are the same differ in nothing", () => expect(differences({})).toEqual([]));

test.each<[Partial<PolicyRules>, string[]]>([
  [
    { approvals: [{ key: "lead", name: "Lead", roles: ["tech_lead"], minimum: 2 }] },
    ["stricter: now asks for 2 of Tech lead, was 1"],
  ],
  [
    { approvals: [{ key: "lead", name: "Lead", roles: ["tech_lead", "qa"], minimum: 1 }] },
    ["looser: now asks for 1 of Tech lead or QA, was 1 of Tech lead"],
  ],
  [
    { approvals: [{ key: "lead", name: "Lead", roles: ["qa"], minimum: 1 }] },
    ["other: now asks for 1 of QA, was 1 of Tech lead"],
  ],
  [
    { approvals: [{ key: "lead", name: "Tech lead", roles: ["tech_lead"], minimum: 1 }] },
    ["other: Lead is now called Tech lead"],
  ],
  [{ approvals: [] }, ["looser: now asks nobody, was 1 of Tech lead"]],
  [{ rollbackApprovals: [] }, ["looser: a rollback now asks nobody, was 1 of QA"]],
  [
    { approvals: [{ key: "qa", name: "QA", roles: ["qa"], minimum: 1 }] },
    ["stricter: also asks for 1 of QA", "looser: no longer asks for 1 of Tech lead"],
  ],
  [
    { requiredChecks: ["lint", "unit"] },
    ["stricter: now needs check unit", "looser: no longer needs check build"],
  ],
  [
    { verifiedIn: ["uat"] },
    ["stricter: must now be verified in UAT", "looser: need no longer be verified in qa"],
  ],
  [{ requiresMaster: false }, ["looser: no longer: it must be on master with the same tree"]],
  [{ onTargetMoved: "recheck" }, ["looser: votes now stay when the target moves"]],
  [{ rollsBackAutomatically: false }, ["other: is no longer rolled back by itself"]],
  [{ expiresAfterHours: 5 }, ["other: expires after 5 hours, was 3 days"]],
])("%j", (over, expected) => expect(differences(over)).toEqual(expected));
