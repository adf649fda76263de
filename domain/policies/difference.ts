import { ROLE_NAMES } from "../people/roles";
import { hoursInWords, listOf } from "./in-words";
import { type ApprovalRule, describeRule, type PolicyRules } from "./policy";

export type Difference = { effect: "stricter" | "looser" | "other"; text: string };

/** Every difference between two versions of a policy, in words. `names` are those of environments, by key. */
export function policyDifference(
  before: PolicyRules,
  after: PolicyRules,
  names: ReadonlyMap<string, string> = new Map(),
): Difference[] {
  return [
    ...ruleDifferences(before.approvals, after.approvals, ""),
    flag(before, after, "requiresChecks", "the pipeline must have passed"),
    ...setDifferences(before.requiredChecks, after.requiredChecks, "check", (key) => key),
    flag(before, after, "requiresWorkItem", "every commit must name a known work item"),
    flag(before, after, "requiresUpToDate", "the source must contain the target's head"),
    ...setDifferences(before.verifiedIn, after.verifiedIn, "place", (key) => names.get(key) ?? key),
    flag(before, after, "requiresMaster", "it must be on master with the same tree"),
    before.onTargetMoved === after.onTargetMoved
      ? null
      : after.onTargetMoved === "revote"
        ? differs("stricter", "votes now begin again when the target moves")
        : differs("looser", "votes now stay when the target moves"),
    flag(before, after, "requiresStepUp", "a vote takes a fresh sign-in"),
    before.deploysAutomatically === after.deploysAutomatically
      ? null
      : differs(
          "other",
          `is ${after.deploysAutomatically ? "now" : "no longer"} asked for by Clearway itself`,
        ),
    before.rollsBackAutomatically === after.rollsBackAutomatically
      ? null
      : differs("other", `is ${after.rollsBackAutomatically ? "now" : "no longer"} rolled back by itself`),
    ...ruleDifferences(before.rollbackApprovals, after.rollbackApprovals, "a rollback "),
    before.expiresAfterHours === after.expiresAfterHours
      ? null
      : differs(
          "other",
          `expires after ${hoursInWords(after.expiresAfterHours)}, was ${hoursInWords(before.expiresAfterHours)}`,
        ),
  ].filter((one) => one !== null);
}

function differs(effect: Difference["effect"], text: string): Difference {
  return { effect, text };
}

type Flag = "requiresChecks" | "requiresWorkItem" | "requiresUpToDate" | "requiresMaster" | "requiresStepUp";

function flag(before: PolicyRules, after: PolicyRules, key: Flag, what: string): Difference | null {
  if (before[key] === after[key]) return null;
  return after[key] ? differs("stricter", `now ${what}`) : differs("looser", `no longer: ${what}`);
}

const SET_WORDS = {
  check: { more: "now needs check", less: "no longer needs check" },
  place: { more: "must now be verified in", less: "need no longer be verified in" },
};

function setDifferences(
  before: readonly string[],
  after: readonly string[],
  kind: keyof typeof SET_WORDS,
  nameOf: (key: string) => string,
): Difference[] {
  const more = after.filter((key) => !before.includes(key)).map(nameOf);
  const less = before.filter((key) => !after.includes(key)).map(nameOf);
  return [
    ...(more.length > 0 ? [differs("stricter", `${SET_WORDS[kind].more} ${listOf(more)}`)] : []),
    ...(less.length > 0 ? [differs("looser", `${SET_WORDS[kind].less} ${listOf(less)}`)] : []),
  ];
}

function ruleDifferences(
  before: readonly ApprovalRule[],
  after: readonly ApprovalRule[],
  prefix: string,
): Difference[] {
  const told = (rule: ApprovalRule) => describeRule(rule, ROLE_NAMES);
  if (after.length === 0 && before.length > 0)
    return [differs("looser", `${prefix}now asks nobody, was ${listOf(before.map(told))}`)];
  const changed = after.flatMap((rule): Difference[] => {
    const old = before.find(({ key }) => key === rule.key);
    if (!old) return [differs("stricter", `${prefix}also asks for ${told(rule)}`)];
    const effect = effectOf(old, rule);
    if (effect) {
      const was = sameRoles(old, rule) ? String(old.minimum) : told(old);
      return [differs(effect, `${prefix}now asks for ${told(rule)}, was ${was}`)];
    }
    return old.name === rule.name
      ? []
      : [differs("other", `${prefix}${old.name} is now called ${rule.name}`)];
  });
  const gone = before
    .filter((rule) => !after.some(({ key }) => key === rule.key))
    .map((rule) => differs("looser", `${prefix}no longer asks for ${told(rule)}`));
  return [...changed, ...gone];
}

function effectOf(old: ApprovalRule, rule: ApprovalRule): Difference["effect"] | null {
  if (sameRoles(old, rule)) {
    if (old.minimum === rule.minimum) return null;
    return rule.minimum > old.minimum ? "stricter" : "looser";
  }
  const isFewer = rule.roles.every((role) => old.roles.includes(role));
  const isMore = old.roles.every((role) => rule.roles.includes(role));
  if (isFewer && rule.minimum >= old.minimum) return "stricter";
  if (isMore && rule.minimum <= old.minimum) return "looser";
  return "other";
}

function sameRoles(a: ApprovalRule, b: ApprovalRule): boolean {
  return a.roles.length === b.roles.length && a.roles.every((role) => b.roles.includes(role));
}
