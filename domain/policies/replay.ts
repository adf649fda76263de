import type { Role } from "../people/roles";
import { ROLE_NAMES } from "../people/roles";
import type { JobState, RunState } from "../pipelines/status";
import type { GateKey, GateStatus, PromotionKind, PromotionState } from "../promotions/status";
import { checksInWords, hoursInWords } from "./in-words";
import { type ApprovalRule, describeRule, missingApprovals, type PolicyRules } from "./policy";
import { requiredCheckStates } from "./required-checks";

/** What is written down of a promotion that has ended: enough to ask what other rules would have said. */
export type Concluded = {
  number: number;
  title: string;
  kind: PromotionKind;
  state: PromotionState;
  endedAt: Date;
  wasCarriedOut: boolean;
  /** A rollback that Clearway asked for itself: nobody is asked. */
  isOwnRollback: boolean;
  /** Approvals of its last revision by people without a hand in it, with the roles they held there and then. */
  votes: readonly Vote[];
  /** Merges: when the target last moved under the revision. */
  targetMovedAt: Date | null;
  /** From the request to the start, or to its end. */
  hours: number;
  run: { state: RunState; jobs: readonly { key: string; attempt: number; state: JobState }[] } | null;
  gates: Readonly<Partial<Record<GateKey, GateStatus>>>;
  /** Environments, by key, in which it is known to have been verified before, or not. The others were not looked at. */
  verified: Readonly<Record<string, boolean>>;
  wasOnMaster: boolean | null;
};

type Vote = { personId: string; roles: readonly Role[]; decidedAt: Date; authenticatedAt: Date | null };

/** `missing` and `unknown` are phrases: "1 more of QA", "whether check lint passed". */
export type Replay = { verdict: "same" | "waits" | "unknown"; missing: string[]; unknown: string[] };

const FRESH_MS = 10 * 60_000;

/** What these rules would have said to exactly the votes and facts that there were. No data is never a no. */
export function replay(rules: PolicyRules, past: Concluded): Replay {
  const findings: Finding[] = [...votesUnder(rules, past), ...gatesUnder(rules, past)];
  if (past.hours > rules.expiresAfterHours) {
    findings.push({ missing: `it took longer than ${hoursInWords(rules.expiresAfterHours)}` });
  }
  const missing = findings.flatMap((one) => ("missing" in one ? [one.missing] : []));
  const unknown = findings.flatMap((one) => ("unknown" in one ? [one.unknown] : []));
  return {
    verdict: missing.length > 0 ? "waits" : unknown.length > 0 ? "unknown" : "same",
    missing,
    unknown,
  };
}

type Finding = { missing: string } | { unknown: string };

function votesUnder(rules: PolicyRules, past: Concluded): Finding[] {
  if (past.isOwnRollback) return [];
  const asked = past.kind === "rollback" ? rules.rollbackApprovals : rules.approvals;
  if (asked.length === 0) return [];
  const from = rules.onTargetMoved === "revote" && past.kind === "merge" ? past.targetMovedAt : null;
  const votes = past.votes.filter(({ decidedAt }) => from === null || decidedAt >= from);
  const counted = rules.requiresStepUp ? votes.filter((vote) => isFresh(vote) !== false) : votes;
  const missing = missingVotes(asked, counted);
  if (missing.length > 0) return missing.map((text) => ({ missing: text }));
  const isTold =
    !rules.requiresStepUp ||
    missingVotes(
      asked,
      counted.filter((vote) => isFresh(vote)),
    ).length === 0;
  return isTold ? [] : [{ unknown: "whether those who voted had just signed in" }];
}

function isFresh({ authenticatedAt, decidedAt }: Vote): boolean | null {
  return authenticatedAt === null ? null : decidedAt.getTime() - authenticatedAt.getTime() <= FRESH_MS;
}

function missingVotes(rules: readonly ApprovalRule[], votes: readonly Vote[]): string[] {
  const given = new Map(
    rules.map(({ key, roles }) => [
      key,
      new Set(
        votes
          .filter((vote) => vote.roles.some((role) => roles.some((asked) => asked === role)))
          .map(({ personId }) => personId),
      ),
    ]),
  );
  const short = rules.flatMap((rule) => {
    const missing = rule.minimum - (given.get(rule.key)?.size ?? 0);
    return missing > 0 ? [{ rule, missing }] : [];
  });
  const told = short.reduce((sum, { missing }) => sum + missing, 0);
  const others = missingApprovals(rules, given) - told;
  return [
    ...short.map(
      ({ rule, missing }) => `${missing} more of ${describeRule(rule, ROLE_NAMES).replace(/^\d+ of /, "")}`,
    ),
    ...(others > 0 ? [`${others} more, as one person fills one rule`] : []),
  ];
}

function gatesUnder(rules: PolicyRules, past: Concluded): Finding[] {
  if (past.kind === "rollback") return [];
  const { work_item: item, up_to_date: upToDate } = past.gates;
  const isMerge = past.kind === "merge";
  return [
    ...checksUnder(rules, past),
    ...(isMerge && rules.requiresWorkItem
      ? fact(
          item === undefined ? undefined : item === "pass",
          "a work item for every commit",
          "whether every commit named a work item",
        )
      : []),
    ...(isMerge && rules.requiresUpToDate
      ? fact(
          upToDate === undefined ? undefined : upToDate === "pass",
          "the target's head in the source",
          "whether the source had the target's head",
        )
      : []),
    ...rules.verifiedIn.flatMap((key) =>
      fact(past.verified[key], `verification in ${key}`, `whether it was verified in ${key}`),
    ),
    ...(rules.requiresMaster
      ? fact(past.wasOnMaster ?? undefined, "its tree on master", "whether its tree was on master")
      : []),
  ];
}

function fact(holds: boolean | undefined, missing: string, unknown: string): Finding[] {
  if (holds === undefined) return [{ unknown }];
  return holds ? [] : [{ missing }];
}

function checksUnder(rules: PolicyRules, { run }: Concluded): Finding[] {
  const named = rules.requiredChecks;
  if (!rules.requiresChecks && named.length === 0) return [];
  if (run === null) return [{ unknown: "how its pipeline ended: no run of its tree is known" }];
  const findings: Finding[] = [];
  if (rules.requiresChecks && run.state !== "passed") findings.push({ missing: "a pipeline that passed" });
  const states = requiredCheckStates(named, run.jobs);
  for (const key of named) {
    if (states[key] !== "passed") findings.push({ missing: checksInWords([key]) });
  }
  return findings;
}

export type ReplaySummary = {
  carriedOut: number;
  same: number;
  waits: number;
  unknown: number;
  /** Ended before anything was done: rejected, cancelled, replaced or expired. */
  notCarriedOut: number;
  /** Of those, expired ones that had all that these rules ask for. */
  rescued: number;
  /** What would have been missing, the most frequent first. */
  reasons: { text: string; count: number }[];
};

export function summarise(replays: readonly { past: Concluded; replay: Replay }[]): ReplaySummary {
  const done = replays.filter(({ past }) => past.wasCarriedOut);
  const count = (verdict: Replay["verdict"]) => done.filter((one) => one.replay.verdict === verdict).length;
  const reasons = new Map<string, number>();
  for (const { replay: said } of done) {
    for (const text of said.missing) reasons.set(text, (reasons.get(text) ?? 0) + 1);
  }
  return {
    carriedOut: done.length,
    same: count("same"),
    waits: count("waits"),
    unknown: count("unknown"),
    notCarriedOut: replays.length - done.length,
    rescued: replays.filter(({ past, replay: said }) => past.state === "expired" && said.verdict === "same")
      .length,
    reasons: [...reasons]
      .map(([text, times]) => ({ text, count: times }))
      .sort((a, b) => b.count - a.count || a.text.localeCompare(b.text)),
  };
}

/** "31 of 42 would have passed as they did; 11 would have waited." */
export function summaryInWords({ carriedOut, same, waits, unknown }: ReplaySummary): string {
  if (carriedOut === 0)
    return "Nothing was carried out there in this time, so there is nothing to compare with.";
  const all = `${same} of ${carriedOut} would have passed as ${carriedOut === 1 ? "it" : "they"} did`;
  const rest = [
    ...(waits > 0 ? [`${waits} would have waited`] : []),
    ...(unknown > 0 ? [`of ${unknown} it is not known`] : []),
  ];
  return `${[all, ...rest].join("; ")}.`;
}
