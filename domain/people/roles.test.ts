import { expect, test } from "vitest";
import { USUAL_POLICIES } from "../policies/usual";
import { APPROVING_ROLES, type ApprovingRole, ROLE_DUTIES } from "./roles";

const askedIn = (role: ApprovingRole) =>
  USUAL_POLICIES.filter(({ rules }) => rules.approvals.some(({ roles }) => roles.includes(role))).map(
    ({ key }) => key,
  );

/** Beside the words, so that a usual policy that changes brings whoever changes it here. */
const USUALLY: Record<ApprovingRole, { words: RegExp; policies: string[] }> = {
  developer: { words: /usually approves those of others into a sprint/, policies: ["sprint-merge"] },
  tech_lead: {
    words: /usually approves merges, and deployments to production/,
    policies: ["sprint-merge", "master-merge", "production"],
  },
  qa: {
    words: /usually master, and every deployment behind Dev/,
    policies: ["master-merge", "qa", "uat", "production"],
  },
  release_approver: {
    words: /usually approves merges into master and deployments to production/,
    policies: ["master-merge", "production"],
  },
};

test.each(APPROVING_ROLES)("what %s is said to approve usually is what the usual policies ask", (role) => {
  expect(ROLE_DUTIES[role]).toMatch(USUALLY[role].words);
  expect(askedIn(role)).toEqual(USUALLY[role].policies);
});
