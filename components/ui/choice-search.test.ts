import { expect, test } from "vitest";
import { choicesLike } from "./choice-search";

const CHOICES = [
  { key: "acme", name: "Acme" },
  { key: "kantonalbank-zh", name: "Zürcher Kantonalbank" },
  { key: "north-bank", name: "Bank of the North" },
  { key: "zuger", name: "Bank Zug" },
];
const found = (typed: string) => choicesLike(CHOICES, typed).map(({ key }) => key);

test("nothing typed leaves every choice in its order", () => {
  expect(choicesLike(CHOICES, "  ")).toBe(CHOICES);
});

test("a choice is found by parts of its name or its key, without case and accents", () => {
  expect(found("ACM")).toEqual(["acme"]);
  expect(found("zurcher")).toEqual(["kantonalbank-zh"]);
  expect(found("zh")).toEqual(["kantonalbank-zh"]);
});

test("every word must be found, in whatever order", () => {
  expect(found("north bank")).toEqual(["north-bank"]);
  expect(found("north acme")).toEqual([]);
});

test("what begins with the typed text comes before what has it further on", () => {
  expect(found("bank")).toEqual(["north-bank", "zuger", "kantonalbank-zh"]);
  expect(found("kan")).toEqual(["kantonalbank-zh"]);
});
