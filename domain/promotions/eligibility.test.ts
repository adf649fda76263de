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

  test("says which hand somebody had in it", () => {
    const { reasons } = eligibility(facts({ contributions: ["author", "pushed"] }));
    expect(reasons[0]).toEqual({
      isMet: false,
      text: "You wrote commits of it and pushed commits of it, so your approval would not count",
    });
  });
});
