import { describe, expect, test } from "vitest";
import type { ApprovalRule } from "./policy";
import { fulfilledBarely, unsatisfiable } from "./satisfiable";

const peer: ApprovalRule = { key: "peer", name: "Peer", roles: ["developer"], minimum: 1 };
const qa: ApprovalRule = { key: "qa", name: "QA", roles: ["qa"], minimum: 1 };
const lead: ApprovalRule = { key: "lead", name: "Lead", roles: ["tech_lead", "qa"], minimum: 1 };
const who = (entries: Record<string, string[]>) =>
  new Map(Object.entries(entries).map(([key, people]) => [key, new Set(people)]));

describe("who could fulfil it", () => {
  test.each<[string, ApprovalRule[], Record<string, string[]>, string | null]>([
    ["nobody is asked", [], {}, null],
    ["two people for one", [peer], { peer: ["ann", "bo"] }, null],
    ["nobody holds the role", [qa], { qa: [] }, "QA asks for 1 of QA; nobody in Ledger could give it."],
    [
      "one person for one: away, and nothing passes",
      [qa],
      { qa: ["ann"] },
      "QA asks for 1 of QA; in Ledger only 1 person could, so nothing would pass whenever one of them is away or wrote the change.",
    ],
    [
      "two of two",
      [{ ...peer, minimum: 2 }],
      { peer: ["ann", "bo"] },
      "Peer asks for 2 of Developer; in Ledger only 2 people could, so nothing would pass whenever one of them is away or wrote the change.",
    ],
    ["two of three", [{ ...peer, minimum: 2 }], { peer: ["ann", "bo", "cy"] }, null],
    [
      "three of two",
      [{ ...peer, minimum: 3 }],
      { peer: ["ann", "bo"] },
      "Peer asks for 3 of Developer; in Ledger only 2 people could.",
    ],
    [
      "the same two people for two rules",
      [qa, lead],
      { qa: ["ann", "bo"], lead: ["ann", "bo"] },
      "QA and Lead together ask for 2 people, as one person fills one rule; in Ledger only 2 people could, so nothing would pass whenever one of them is away or wrote the change.",
    ],
    [
      "three people for two rules, each able to do both",
      [qa, lead],
      { qa: ["ann", "bo", "cy"], lead: ["ann", "bo", "cy"] },
      null,
    ],
    [
      "one who can only do one of them helps",
      [qa, lead],
      { qa: ["ann", "bo"], lead: ["ann", "bo", "cy"] },
      null,
    ],
  ])("%s", (_, rules, eligible, reason) => {
    expect(unsatisfiable(rules, who(eligible), "Ledger")).toBe(reason);
  });
});

describe("who is left when whoever asks does not count", () => {
  const leads: ApprovalRule = {
    key: "leads",
    name: "Leads",
    roles: ["tech_lead", "release_approver"],
    minimum: 3,
  };
  const barely = (asked: string, people: number) =>
    `${asked}; in Ledger ${people} people could, so nobody may be away whenever one of them asks for it or wrote the change.`;
  test.each<[string, ApprovalRule[], Record<string, string[]>, string[], string | null]>([
    ["nobody is asked", [], {}, ["ann"], null],
    [
      "three of four, one of whom asks",
      [leads],
      { leads: ["ann", "bo", "cy", "di"] },
      ["ann"],
      barely("Leads asks for 3 of Tech lead or Release approver", 4),
    ],
    ["three of five", [leads], { leads: ["ann", "bo", "cy", "di", "ed"] }, ["ann"], null],
    [
      "three of four, and none of them asks or writes",
      [leads],
      { leads: ["ann", "bo", "cy", "di"] },
      ["ed"],
      null,
    ],
    ["what cannot be fulfilled is told elsewhere", [leads], { leads: ["ann", "bo", "cy"] }, ["ann"], null],
    [
      "each rule has people enough, both together have not",
      [qa, lead],
      { qa: ["ann", "bo", "cy"], lead: ["ann", "bo", "cy"] },
      ["cy"],
      barely("QA and Lead together ask for 2 people, as one person fills one rule", 3),
    ],
    [
      "the same with one more",
      [qa, lead],
      { qa: ["ann", "bo", "cy"], lead: ["ann", "bo", "cy", "di"] },
      ["cy"],
      null,
    ],
  ])("%s", (_, rules, eligible, hands, reason) => {
    expect(fulfilledBarely(rules, who(eligible), new Set(hands), "Ledger")).toBe(reason);
  });
});

/** By trying: is there an assignment of different people to every place, with this person away? */
function fulfilled(rules: ApprovalRule[], people: Map<string, Set<string>>, ...away: string[]): boolean {
  const places = rules.flatMap((rule) => Array.from({ length: rule.minimum }, () => rule.key));
  const fill = (position: number, used: Set<string>): boolean => {
    const key = places[position];
    if (key === undefined) return true;
    return [...(people.get(key) ?? [])].some(
      (person) =>
        !away.includes(person) && !used.has(person) && fill(position + 1, new Set([...used, person])),
    );
  };
  return fill(0, new Set());
}

test("agrees with trying every assignment with every person away", () => {
  const names = ["a", "b", "c", "d"];
  const subset = (bits: number) => names.filter((_, index) => bits & (1 << index));
  const rules = [peer, { ...qa, minimum: 2 }];
  for (let first = 0; first < 16; first++) {
    for (let second = 0; second < 16; second++) {
      const people = who({ peer: subset(first), qa: subset(second) });
      const expected = ["nobody", ...names].every((away) => fulfilled(rules, people, away));
      expect(unsatisfiable(rules, people, "x") === null, `${first}/${second}`).toBe(expected);
      const withoutHand = names.every((away) => fulfilled(rules, people, "a", away));
      if (expected) {
        const barely = fulfilledBarely(rules, people, new Set(["a"]), "x");
        expect(barely === null, `${first}/${second} without a`).toBe(withoutHand);
      }
    }
  }
});
