import { expect, test } from "vitest";
import { namingViolation } from "@/domain/branches/in-words";

test.each(["master", "sprint/2026.21", "feature/2026.21/PAY-412-retry", "hotfix/PAY-9"])(
  "%s keeps to the policy",
  (name) => expect(namingViolation(name)).toBeNull(),
);

test.each([
  ["feature/retry", /feature\/2026\.21\/PAY-412-slug/],
  ["sprint/next", /sprint\/2026\.21/],
  ["fix-typo", /Outside the naming policy/],
])("%s is told what a name looks like", (name, words) => expect(namingViolation(name)).toMatch(words));
