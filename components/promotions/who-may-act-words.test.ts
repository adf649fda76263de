import { expect, test } from "vitest";
import { whoMayAct } from "./who-may-act-words";

type Facts = Parameters<typeof whoMayAct>[0];

const facts = (rules: object[]) => ({ rules }) as unknown as Facts;
const rule = (name: string, given: number, people: string[], peopleCount = people.length) => ({
  name,
  given,
  minimum: 1,
  people,
  peopleCount,
});

test("rules that are not filled name who may fill them", () => {
  expect(whoMayAct(facts([rule("Lead", 1, ["Eve"]), rule("QA", 0, ["Ben", "Cem"])]))).toBe("QA: Ben, Cem");
});

test("four names stand, the rest are counted", () =>
  expect(whoMayAct(facts([rule("QA", 0, ["A", "B", "C", "D", "E"], 9)]))).toBe("QA: A, B, C, D and 5 more"));

test("a rule that nobody may fill says so", () =>
  expect(whoMayAct(facts([rule("QA", 0, [])]))).toBe("QA: nobody may give it"));
