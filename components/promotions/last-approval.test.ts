import { expect, test } from "vitest";
import { lastApproval } from "./last-approval";

const production = { environment: { name: "Production" }, client: { name: "Cobalt" } };
const nowhere = { environment: null, client: null };
const mine = { includesYou: true, isWanted: true };
const others = { includesYou: false, isWanted: true };
const rules = [mine];
const deploy = { promotion: { kind: "deploy" as const, targetBranch: null }, ...production, rules };

test("while others have to approve as well, nothing begins and nothing is announced", () => {
  expect(lastApproval({ ...deploy, missingApprovals: 2 })).toBeNull();
  expect(lastApproval({ ...deploy, missingApprovals: 0 })).toBeNull();
});

test("an approval more where enough have approved is not the last one", () => {
  const filled = { ...mine, isWanted: false };
  expect(lastApproval({ ...deploy, rules: [filled, others], missingApprovals: 1 })).toBeNull();
  expect(
    lastApproval({ ...deploy, rules: [mine, { ...others, isWanted: false }], missingApprovals: 1 }),
  ).not.toBeNull();
});

test("the last approval names what begins with it, and where", () => {
  expect(lastApproval({ ...deploy, missingApprovals: 1 })).toEqual({
    label: "Approve and deploy",
    again: "Press again to deploy to Cobalt Production",
  });
  const merge = { kind: "merge" as const, targetBranch: "master" };
  expect(lastApproval({ promotion: merge, ...nowhere, rules, missingApprovals: 1 })).toEqual({
    label: "Approve and merge",
    again: "Press again to merge into master",
  });
  const rollback = { kind: "rollback" as const, targetBranch: null };
  expect(lastApproval({ promotion: rollback, ...production, rules, missingApprovals: 1 })).toEqual({
    label: "Approve and roll back",
    again: "Press again to roll back Cobalt Production",
  });
});
