import { describe, expect, test } from "vitest";
import type { Role } from "../people/roles";
import type { PolicyRules } from "./policy";
import { type Concluded, replay, summarise, summaryInWords } from "./replay";

const rules: PolicyRules = {
  approvals: [{ key: "peer", name: "Peer", roles: ["developer", "tech_lead"], minimum: 1 }],
  requiresChecks: false,
  requiredChecks: [],
  requiresWorkItem: false,
  requiresUpToDate: false,
  verifiedIn: [],
  requiresMaster: false,
  onTargetMoved: "recheck",
  deploysAutomatically: false,
  rollsBackAutomatically: false,
  rollbackApprovals: [{ key: "qa", name: "QA", roles: ["qa"], minimum: 1 }],
  requiresStepUp: false,
  expiresAfterHours: 72,
};
const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 9, minute));
const vote = (personId: string, minute = 10, ...roles: Role[]) => ({
  personId,
  roles: roles.length > 0 ? roles : (["developer"] as const),
  decidedAt: at(minute),
  authenticatedAt: null as Date | null,
});
const past: Concluded = {
  number: 7,
  title: "x",
  kind: "merge",
  state: "succeeded",
  endedAt: at(30),
  wasCarriedOut: true,
  isOwnRollback: false,
  votes: [vote("ann")],
  targetMovedAt: at(5),
  hours: 1,
  run: { state: "passed", jobs: [{ key: "build", attempt: 1, state: "passed" }] },
  gates: {},
  verified: {},
  wasOnMaster: null,
};
const two = [{ key: "peer", name: "Peer", roles: ["developer" as const, "tech_lead" as const], minimum: 2 }];

describe("what other rules would have said", () => {
  test.each<[string, Partial<PolicyRules>, Partial<Concluded>, ReturnType<typeof replay>]>([
    ["the same rules, the same answer", {}, {}, { verdict: "same", missing: [], unknown: [] }],
    [
      "one more of the same",
      { approvals: two },
      {},
      { verdict: "waits", missing: ["1 more of Developer or Tech lead"], unknown: [] },
    ],
    [
      "enough for one more",
      { approvals: two },
      { votes: [vote("ann"), vote("bo")] },
      { verdict: "same", missing: [], unknown: [] },
    ],
    ["nobody asked", { approvals: [] }, { votes: [] }, { verdict: "same", missing: [], unknown: [] }],
    [
      "one person fills one rule",
      {
        approvals: [
          { key: "a", name: "A", roles: ["developer"], minimum: 1 },
          { key: "b", name: "B", roles: ["qa"], minimum: 1 },
        ],
      },
      { votes: [vote("ann", 10, "developer", "qa")] },
      { verdict: "waits", missing: ["1 more, as one person fills one rule"], unknown: [] },
    ],
    [
      "votes from before the target moved end",
      { onTargetMoved: "revote" },
      { targetMovedAt: at(20) },
      { verdict: "waits", missing: ["1 more of Developer or Tech lead"], unknown: [] },
    ],
    [
      "votes from after it stand",
      { onTargetMoved: "revote" },
      {},
      { verdict: "same", missing: [], unknown: [] },
    ],
    [
      "a check that was not there",
      { requiredChecks: ["build", "lint"] },
      {},
      { verdict: "waits", missing: ["check lint"], unknown: [] },
    ],
    [
      "a tree without a known run is not a run that failed",
      { requiresChecks: true },
      { run: null },
      { verdict: "unknown", missing: [], unknown: ["how its pipeline ended: no run of its tree is known"] },
    ],
    [
      "a run that failed",
      { requiresChecks: true },
      { run: { state: "failed", jobs: [] } },
      { verdict: "waits", missing: ["a pipeline that passed"], unknown: [] },
    ],
    [
      "what nobody looked at then is not known",
      { requiresWorkItem: true, requiresUpToDate: true, verifiedIn: ["qa"], requiresMaster: true },
      {},
      {
        verdict: "unknown",
        missing: [],
        unknown: [
          "whether every commit named a work item",
          "whether the source had the target's head",
          "whether it was verified in qa",
          "whether its tree was on master",
        ],
      },
    ],
    [
      "what was looked at is",
      { requiresWorkItem: true, requiresUpToDate: true, verifiedIn: ["qa", "uat"] },
      { gates: { work_item: "pass", up_to_date: "fail" }, verified: { qa: true, uat: false } },
      { verdict: "waits", missing: ["the target's head in the source", "verification in uat"], unknown: [] },
    ],
    [
      "a sign-in that was not written down is not known",
      { requiresStepUp: true },
      {},
      { verdict: "unknown", missing: [], unknown: ["whether those who voted had just signed in"] },
    ],
    [
      "a sign-in from long before does not count",
      { requiresStepUp: true },
      { votes: [{ ...vote("ann", 59), authenticatedAt: at(1) }] },
      { verdict: "waits", missing: ["1 more of Developer or Tech lead"], unknown: [] },
    ],
    [
      "a fresh one does",
      { requiresStepUp: true },
      { votes: [{ ...vote("ann", 59), authenticatedAt: at(50) }] },
      { verdict: "same", missing: [], unknown: [] },
    ],
    [
      "it would have expired",
      { expiresAfterHours: 1 },
      { hours: 30 },
      { verdict: "waits", missing: ["it took longer than 1 hour"], unknown: [] },
    ],
    [
      "a rollback has its own rules and no gates of these",
      { requiresChecks: true, requiresMaster: true },
      { kind: "rollback", run: null },
      { verdict: "waits", missing: ["1 more of QA"], unknown: [] },
    ],
    [
      "Clearway's own rollback asks nobody",
      {},
      { kind: "rollback", isOwnRollback: true, votes: [] },
      { verdict: "same", missing: [], unknown: [] },
    ],
  ])("%s", (_, over, facts, expected) => {
    expect(replay({ ...rules, ...over }, { ...past, ...facts })).toEqual(expected);
  });
});

test("the summary counts what was carried out, and says apart what was not", () => {
  const strict = { ...rules, approvals: two };
  const all = [
    past,
    { ...past, votes: [vote("ann"), vote("bo")] },
    { ...past, wasCarriedOut: false, state: "rejected" as const },
    { ...past, wasCarriedOut: false, state: "expired" as const, votes: [vote("ann"), vote("bo")] },
  ].map((one) => ({ past: one, replay: replay(strict, one) }));
  const summary = summarise(all);
  expect(summary).toEqual({
    carriedOut: 2,
    same: 1,
    waits: 1,
    unknown: 0,
    notCarriedOut: 2,
    rescued: 1,
    reasons: [{ text: "1 more of Developer or Tech lead", count: 1 }],
  });
  expect(summaryInWords(summary)).toBe("1 of 2 would have passed as they did; 1 would have waited.");
});

test("no data is said as no data", () => {
  expect(summaryInWords(summarise([]))).toBe(
    "Nothing was carried out there in this time, so there is nothing to compare with.",
  );
});
