import { expect, test } from "vitest";
import { artifactPathProblem, matchesPattern, pathPatternProblem } from "./paths";

test.each([
  ["report.xml", "report.xml", true],
  ["*.xml", "report.xml", true],
  ["*.xml", "out/report.xml", false],
  ["out/*.xml", "out/report.xml", true],
  ["**/*.xml", "report.xml", true],
  ["**/*.xml", "a/b/c/report.xml", true],
  ["out/**/TEST-*.xml", "out/TEST-a.xml", true],
  ["out/**/TEST-*.xml", "out/x/y/TEST-a.xml", true],
  ["out/**/TEST-*.xml", "in/x/TEST-a.xml", false],
  ["out/**", "out/a/b", true],
  ["a/**/b/**/c", "a/b/x/c", true],
  ["a/**/b/**/c", "a/x/c", false],
  ["te?t.xml", "test.xml", true],
  ["te?t.xml", "teest.xml", false],
  ["a.c", "abc", false],
  ["-rf", "-rf", true],
] as const)("%s on %s: %s", (pattern, path, matches) => expect(matchesPattern(pattern, path)).toBe(matches));

test("a pattern made to take forever is answered at once", () => {
  const begun = performance.now();
  expect(matchesPattern(`${"*a".repeat(60)}b`, "a".repeat(5000))).toBe(false);
  expect(matchesPattern("**/".repeat(60).concat("x"), "a/".repeat(200).concat("y"))).toBe(false);
  expect(performance.now() - begun).toBeLessThan(500);
});

test.each(["../a", "/etc/passwd", "~/x", "a/../../b", "a//b", "./a", "C:/a", "a\\b"])(
  "%s leads nowhere",
  (path) => {
    expect(artifactPathProblem(path)).not.toBeNull();
    expect(pathPatternProblem(path)).not.toBeNull();
  },
);

test("two stars stand between slashes", () => {
  expect(pathPatternProblem("out/**.xml")).toContain("must stand between slashes");
  expect(pathPatternProblem("out/**/a*.xml")).toBeNull();
});
