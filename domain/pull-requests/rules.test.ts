import { expect, test } from "vitest";
import { whyNotMerged } from "@/domain/pull-requests/rules";

test.each([
  ["feature/2026.21/PAY-412-retry", "sprint/2026.21"],
  ["fix-typo", "sprint/2026.21"],
  ["master", "sprint/2026.21"],
  ["sprint/2026.21", "master"],
  ["hotfix-work/PAY-9/null-amount", "hotfix/PAY-9"],
  ["hotfix/PAY-9", "master"],
])("%s may be merged into %s", (source, target) => expect(whyNotMerged(source, target)).toBeNull());

test.each([
  ["feature/2026.21/PAY-412-retry", "master"],
  ["sprint/2026.22", "sprint/2026.21"],
  ["hotfix-work/PAY-9/null-amount", "master"],
  ["sprint/2026.21", "feature/2026.21/PAY-412-retry"],
  ["master", "uat"],
  ["master", "fix-typo"],
  ["master", "master"],
])("%s is not merged into %s, and a sentence says why", (source, target) =>
  expect(whyNotMerged(source, target)).toMatch(/\.$/),
);
