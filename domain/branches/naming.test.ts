import { describe, expect, test } from "vitest";
import {
  classifyBranch,
  DEFAULT_NAMING_POLICY,
  expectedBase,
  isAcceptableRef,
  isProtected,
  type NamingPolicy,
  protectedPatterns,
  workItemKeysIn,
} from "@/domain/branches/naming";

describe("the kind of a branch comes from its name", () => {
  test.each([
    ["master", "master", null, null, null],
    ["sprint/2026.21", "sprint", "2026.21", null, "master"],
    ["feature/2026.21/PAY-412-retry-timeouts", "feature", "2026.21", "PAY-412", "sprint/2026.21"],
    ["hotfix/PAY-9", "hotfix", null, "PAY-9", "master"],
    ["hotfix-work/PAY-9/null-amount", "hotfix_work", null, "PAY-9", "hotfix/PAY-9"],
    ["uat", "environment", null, null, null],
    ["main", "other", null, null, null],
    ["sprint/21", "other", null, null, null],
    ["sprint/2026.21/x", "other", null, null, null],
    ["feature/2026.21/retry", "other", null, null, null],
    ["feature/2026.21/PAY-0-zero", "other", null, null, null],
    ["hotfix/pay-9", "other", null, null, null],
    ["feature/2026.21/PAY-1-$(id)", "other", null, null, null],
    ["masterful", "other", null, null, null],
    ["master\n", "other", null, null, null],
    ["", "other", null, null, null],
  ])("%j is %s", (name, kind, sprintKey, workItemKey, base) => {
    expect(classifyBranch(name)).toMatchObject({ kind, sprintKey, workItemKey });
    expect(expectedBase(name)).toBe(base);
  });

  test("an environment branch names its environment", () => {
    expect(classifyBranch("qa").environment).toBe("qa");
  });

  test("another policy is other data", () => {
    const policy: NamingPolicy = {
      environments: ["staging", "live"],
      rules: [
        { kind: "master", pattern: "trunk", base: null, isProtected: true },
        { kind: "environment", pattern: "env/{environment}", base: "trunk", isProtected: true },
      ],
      notWorkItems: [],
    };
    expect(classifyBranch("trunk", policy).kind).toBe("master");
    expect(classifyBranch("env/live", policy)).toMatchObject({ kind: "environment", environment: "live" });
    expect(expectedBase("env/live", policy)).toBe("trunk");
    expect(classifyBranch("master", policy).kind).toBe("other");
    expect(protectedPatterns(policy)).toEqual(["trunk", "env/staging", "env/live"]);
    expect(isProtected("sprint", policy)).toBe(false);
  });
});

test("work moves by push on feature and hotfix-work branches only", () => {
  const open = (["master", "sprint", "feature", "hotfix", "hotfix_work", "environment"] as const).filter(
    (kind) => !isProtected(kind),
  );
  expect(open).toEqual(["feature", "hotfix_work"]);
  expect(protectedPatterns(DEFAULT_NAMING_POLICY)).toEqual([
    "master",
    "sprint/*",
    "hotfix/*",
    "dev",
    "qa",
    "uat",
    "prod",
  ]);
});

test("work item keys are found in text, and look-alikes are not", () => {
  expect(workItemKeysIn("PAY-412: retry (see LED-7, PAY-412)\n\nFixes CORE-1.")).toEqual([
    "PAY-412",
    "LED-7",
    "CORE-1",
  ]);
  expect(workItemKeysIn("UTF-8, SHA-256, CVE-2025-1, pay-1, XPAY_PAY-1x, A-PAY-2, PAY-0")).toEqual([]);
  expect(workItemKeysIn("feature/2026.21/PAY-412-slug")).toEqual(["PAY-412"]);
  expect(workItemKeysIn(Array.from({ length: 99 }, (_, n) => `PAY-${n + 1}`).join(" "))).toHaveLength(50);
});

describe("refs that may become arguments", () => {
  test.each(["refs/heads/master", "refs/heads/feature/2026.21/PAY-1-a_b+c", "refs/tags/v1.2.3"])(
    "%s is accepted",
    (ref) => expect(isAcceptableRef(ref)).toBe(true),
  );

  test.each([
    "master",
    "refs/heads/",
    "refs/heads",
    "refs/notes/x",
    "refs/clearway/candidates/1/1",
    "refs/heads/--upload-pack=touch",
    "refs/heads/a/-b",
    "refs/heads/$(id)",
    "refs/heads/a;id",
    "refs/heads/a b",
    "refs/heads/a..b",
    "refs/heads/a.lock",
    "refs/heads/a.",
    "refs/heads/.a",
    "refs/heads/a//b",
    "refs/heads/a/",
    "refs/heads/a\nrefs/heads/b",
    "refs/heads/a\u202eb",
    "refs/heads/zero\u200bwidth",
    "refs/heads/refs/heads/master",
    "refs/heads/heads/master",
    "refs/tags/origin/master",
    "refs/heads/HEAD",
    `refs/heads/${"a".repeat(40)}`,
    `refs/heads/${"x".repeat(250)}`,
  ])("%j is refused", (ref) => expect(isAcceptableRef(ref)).toBe(false));
});
