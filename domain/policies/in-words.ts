import { ROLE_NAMES } from "../people/roles";
import { type ApprovalRule, describeRule, type POLICY_SUBJECTS, type PolicyRules } from "./policy";

/** The policy in a few words, for a column's head: "1 of QA", "automatic". */
export function policyInBrief(rules: PolicyRules | null): string {
  if (!rules) return "closed";
  const [only, ...others] = rules.approvals;
  if (only && others.length === 0) return describeRule(only, ROLE_NAMES);
  if (only) return `${rules.approvals.reduce((sum, rule) => sum + rule.minimum, 0)} approvals`;
  return rules.deploysAutomatically ? "automatic" : "no approval";
}

/**
 * Everything a policy asks for, a sentence each. `names` are those of environments, by key. What is merged is not
 * rolled back, so a policy for branches says nothing of that.
 */
export function policyInSentences(
  rules: PolicyRules,
  subject: (typeof POLICY_SUBJECTS)[number],
  names: ReadonlyMap<string, string> = new Map(),
): string[] {
  const verified = rules.verifiedIn.map((key) => names.get(key) ?? key);
  return [
    rules.approvals.length > 0 ? `Asks for ${approvalsInWords(rules.approvals)}` : "Asks nobody",
    rules.requiresChecks ? "The pipeline has passed for the very tree" : null,
    rules.requiredChecks.length > 0 ? `Needs ${checksInWords(rules.requiredChecks)}` : null,
    verified.length > 0 ? `Live and verified in ${listOf(verified)}` : null,
    rules.requiresMaster ? "On master, with the same tree" : null,
    rules.requiresWorkItem ? "Every commit names a known work item" : null,
    rules.requiresUpToDate ? "The source contains the target's head" : null,
    rules.onTargetMoved === "revote" ? "When the target moves, votes begin again" : null,
    rules.requiresStepUp ? "A vote takes a sign-in of the last ten minutes" : null,
    rules.deploysAutomatically ? "Asked for by Clearway itself as soon as it is possible" : null,
    rules.rollsBackAutomatically ? "Rolled back by itself when a check fails" : null,
    subject === "environment" ? rollbackInWords(rules.rollbackApprovals) : null,
    `Expires after ${hoursInWords(rules.expiresAfterHours)}`,
  ].filter((sentence) => sentence !== null);
}

function rollbackInWords(rules: readonly ApprovalRule[]): string {
  return rules.length > 0 ? `A rollback asks for ${approvalsInWords(rules)}` : "A rollback asks nobody";
}

export function approvalsInWords(rules: readonly ApprovalRule[]): string {
  return listOf(rules.map((rule) => describeRule(rule, ROLE_NAMES)));
}

/** "check lint", "checks lint and unit" */
export function checksInWords(keys: readonly string[]): string {
  return `${keys.length === 1 ? "check" : "checks"} ${listOf(keys)}`;
}

export function hoursInWords(count: number): string {
  if (count % 24 === 0 && count > 24) return `${count / 24} days`;
  return count === 1 ? "1 hour" : `${count} hours`;
}

export function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
