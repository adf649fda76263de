import type { BranchKind } from "../branches/naming";
import type { ApprovalRule, PolicyRules } from "./policy";

type UsualPolicy = { key: string; name: string; rules: PolicyRules } & (
  | { subject: "branch"; branchKind: BranchKind }
  | { subject: "environment"; environmentKey: string }
);

const PEER: ApprovalRule = { key: "peer", name: "Peer", roles: ["developer", "tech_lead"], minimum: 1 };
const QA: ApprovalRule = { key: "qa", name: "QA", roles: ["qa"], minimum: 1 };
const SENIOR: ApprovalRule = {
  key: "senior",
  name: "Tech lead or release approver",
  roles: ["tech_lead", "release_approver"],
  minimum: 1,
};

const MERGE: PolicyRules = {
  approvals: [PEER],
  requiresChecks: true,
  requiredChecks: [],
  requiresWorkItem: true,
  requiresUpToDate: false,
  verifiedIn: [],
  requiresMaster: false,
  onTargetMoved: "recheck",
  deploysAutomatically: false,
  rollsBackAutomatically: false,
  rollbackApprovals: [],
  requiresStepUp: false,
  expiresAfterHours: 24 * 60,
};

const DEPLOYMENT: PolicyRules = {
  ...MERGE,
  approvals: [],
  requiresChecks: false,
  requiresWorkItem: false,
  deploysAutomatically: true,
  rollsBackAutomatically: true,
  rollbackApprovals: [QA],
};

/**
 * The rules of the delivery model, with which an installation may begin; every one can be edited afterwards.
 * Source: docs/decisions/0006-quorum.md. A branch kind or environment that is not named here is closed.
 */
export const USUAL_POLICIES: readonly UsualPolicy[] = [
  {
    key: "sprint-merge",
    name: "Merges into a sprint",
    subject: "branch",
    branchKind: "sprint",
    rules: MERGE,
  },
  {
    key: "master-merge",
    name: "Merges into master",
    subject: "branch",
    branchKind: "master",
    rules: {
      ...MERGE,
      approvals: [SENIOR, QA],
      requiresUpToDate: true,
      verifiedIn: ["dev", "qa", "uat"],
      onTargetMoved: "revote",
    },
  },
  {
    key: "dev",
    name: "Dev",
    subject: "environment",
    environmentKey: "dev",
    rules: { ...DEPLOYMENT, rollbackApprovals: [] },
  },
  {
    key: "qa",
    name: "QA",
    subject: "environment",
    environmentKey: "qa",
    rules: { ...DEPLOYMENT, approvals: [QA], verifiedIn: ["dev"] },
  },
  {
    key: "uat",
    name: "UAT",
    subject: "environment",
    environmentKey: "uat",
    rules: { ...DEPLOYMENT, approvals: [QA], verifiedIn: ["qa"] },
  },
  {
    key: "production",
    name: "Production",
    subject: "environment",
    environmentKey: "production",
    rules: {
      ...DEPLOYMENT,
      approvals: [SENIOR, QA],
      verifiedIn: ["uat"],
      requiresMaster: true,
      deploysAutomatically: false,
      rollbackApprovals: [SENIOR],
    },
  },
];
