import { expect, test } from "vitest";
import { findLines } from "@/domain/text/find-lines";
import { splitLine } from "./log-search";

test("a search finds lines whatever their case, and an empty one finds none", () => {
  expect(findLines(["Building", "ok", "BUILD done"], "build")).toEqual([0, 2]);
  expect(findLines(["Building"], "  ")).toEqual([]);
});

test("every match of a line is marked, and the parts are the whole line", () => {
  const parts = splitLine("tests: 3 tests", "TESTS");
  expect(parts.filter((part) => part.found).map((part) => part.text)).toEqual(["tests", "tests"]);
  expect(parts.map((part) => part.text).join("")).toBe("tests: 3 tests");
});

test("a line whose length changes in lower case is shown whole", () => {
  expect(splitLine("İstanbul build", "build")).toEqual([{ text: "İstanbul build", found: false, from: 0 }]);
});

test("an empty line stays a line", () => {
  expect(splitLine("", "x")).toEqual([{ text: "", found: false, from: 0 }]);
});
