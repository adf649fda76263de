import { expect, test } from "vitest";
import { policyInBrief, policyInSentences } from "@/domain/policies/in-words";
import type { PolicyRules } from "@/domain/policies/policy";

const rules: PolicyRules = {
  approvals: [
    { key: "qa", name: "QA", roles: ["qa"], minimum: 1 },
    { key: "lead", name: "Lead", roles: ["tech_lead", "release_approver"], minimum: 2 },
  ],
  requiresChecks: true,
  requiredChecks: [],
  requiresWorkItem: false,
  requiresUpToDate: false,
  verifiedIn: ["qa", "uat"],
  requiresMaster: true,
  onTargetMoved: "recheck",
  deploysAutomatically: false,
  rollsBackAutomatically: true,
  rollbackApprovals: [],
  requiresStepUp: false,
  expiresAfterHours: 72,
};

test("an environment without a policy is closed", () => expect(policyInBrief(null)).toBe("closed"));

test("the brief names who is asked, or how many where several rules do", () => {
  expect(policyInBrief({ ...rules, approvals: rules.approvals.slice(0, 1) })).toBe("1 of QA");
  expect(policyInBrief(rules)).toBe("3 approvals");
});

test("nobody asked and deployed by itself is automatic", () =>
  expect(policyInBrief({ ...rules, approvals: [], deploysAutomatically: true })).toBe("automatic"));

test("the sentences say only what holds, by the names of environments", () =>
  expect(policyInSentences(rules, "environment", new Map([["uat", "UAT"]]))).toEqual([
    "Asks for 1 of QA and 2 of Tech lead or Release approver",
    "The pipeline has passed for the very tree",
    "Live and verified in qa and UAT",
    "On master, with the same tree",
    "Rolled back by itself when a check fails",
    "A rollback asks nobody",
    "Expires after 3 days",
  ]));

test("whom a rollback asks is said of every environment and of no branch", () => {
  const ofRollback = (over: Partial<PolicyRules>, subject: "branch" | "environment") =>
    policyInSentences({ ...rules, ...over }, subject).filter((sentence) => sentence.includes("A rollback"));
  expect(ofRollback({}, "environment")).toEqual(["A rollback asks nobody"]);
  expect(ofRollback({ rollbackApprovals: rules.approvals.slice(0, 1) }, "environment")).toEqual([
    "A rollback asks for 1 of QA",
  ]);
  expect(ofRollback({}, "branch")).toEqual([]);
});
