import { expect, test } from "vitest";
import { addressOf, idOf, numberOf, oneOf, textOf } from "./address";

test("what is not set is not in the address", () => {
  expect(addressOf("/audit", { actor: "", action: undefined, before: null, all: false })).toBe("/audit");
  expect(addressOf("/audit", { actor: "Mira K", before: 3, all: true })).toBe(
    "/audit?actor=Mira+K&before=3&all=1",
  );
});

test.each([["0"], ["-1"], ["1e3"], ["99999999999"], [["1", "2"]], [undefined]])(
  "%s is no number of a page",
  (value) => expect(numberOf({ before: value }, "before")).toBeUndefined(),
);

test("a filter is cut to what it can be", () => {
  expect(textOf({ product: "x".repeat(200) }, "product")).toHaveLength(60);
  expect(textOf({ product: "  " }, "product")).toBeUndefined();
});

test("a word that is not known is passed over", () => {
  expect(oneOf({ tab: "log" }, "tab", ["log", "timings"])).toBe("log");
  expect(oneOf({ tab: "evil" }, "tab", ["log", "timings"])).toBeUndefined();
});

test("only a UUID is an id", () => {
  expect(idOf({ slot: "0b6f7c1e-0000-4000-8000-000000000001" }, "slot")).toBeDefined();
  expect(idOf({ slot: "../x" }, "slot")).toBeUndefined();
});
