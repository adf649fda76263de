import { describe, expect, test } from "vitest";
import type { ApprovalRule } from "./policy";
import { unsatisfiable } from "./satisfiable";

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

/** By trying: is there an assignment of different people to every place, with this person away? */
function fulfilled(rules: ApprovalRule[], people: Map<string, Set<string>>, away: string): boolean {
  const places = rules.flatMap((rule) => Array.from({ length: rule.minimum }, () => rule.key));
  const fill = (position: number, used: Set<string>): boolean => {
    const key = places[position];
    if (key === undefined) return true;
    return [...(people.get(key) ?? [])].some(
      (person) => person !== away && !used.has(person) && fill(position + 1, new Set([...used, person])),
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
    }
  }
});
