import { describe, expect, test } from "vitest";
import { type EligibilityFacts, eligibility } from "./eligibility";

const facts = (over: Partial<EligibilityFacts> = {}): EligibilityFacts => ({
  state: "awaiting_approval",
  contributions: [],
  rules: [{ name: "Peer", isFilled: false }],
  hasVoted: false,
  ...over,
});

describe("who may decide", () => {
  test.each<[string, Partial<EligibilityFacts>, boolean, boolean]>([
    ["a peer with no hand in it", {}, true, true],
    ["its author may reject, not approve", { contributions: ["author"] }, false, true],
    ["whoever asked for it may not approve", { contributions: ["requested"] }, false, true],
    ["nobody whose roles no rule asks for", { rules: [] }, false, false],
    ["not twice", { hasVoted: true }, false, false],
    ["not while the gates are open", { state: "gating" }, false, false],
    ["not after the quorum", { state: "ready" }, false, false],
  ])("%s", (_, over, canApprove, canReject) => {
    expect(eligibility(facts(over))).toMatchObject({ canApprove, canReject });
  });

  test.each([
    [["author", "committer", "pushed", "opened", "requested"], "You wrote commits of it and asked for it"],
    [["co-author"], "You are a co-author of it"],
    [["committer", "pushed"], "You committed to it"],
    [["opened"], "You opened its pull request"],
    [["something new"], "You had a hand in it"],
  ])("says the hand somebody had in it once, by what weighs most: %j", (contributions, said) => {
    const { reasons } = eligibility(facts({ contributions }));
    expect(reasons[0]).toEqual({ isMet: false, text: `${said}, so your approval would not count` });
  });
});
