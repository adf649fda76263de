import { expect, test } from "vitest";
import { stepsOf, type WorkItem, whereInWords } from "./journey";

const AT = new Date("2026-05-04T09:00:00Z");

function slot(client: string | null, contains: "all" | "some" | "none", key = "payout-vm") {
  return {
    slotId: `slot-${client}-${key}`,
    component: { key, name: key },
    client: client ? { key: client.toLowerCase(), name: client } : null,
    release: { id: "r", version: "2026.21.4" },
    contains,
    since: AT,
  };
}

function item(given: Partial<WorkItem>): WorkItem {
  return {
    id: "1",
    key: "PAY-412",
    type: "story",
    title: "Retry",
    state: "in_progress",
    createdAt: AT,
    product: { key: "payments", name: "Payments" },
    branches: [],
    pullRequests: [],
    commits: [],
    releases: [],
    lanes: [],
    landings: [],
    ...given,
  };
}

const lane = (name: string, isProduction: boolean, slots: ReturnType<typeof slot>[]) => ({
  environment: { key: name.toLowerCase(), name, position: 1, isProduction },
  slots,
});

const COMMIT = {
  sha: "a".repeat(40),
  subject: "x",
  authorName: "Mira",
  committedAt: AT,
  repositoryKey: "payments",
};

test("nothing names it", () =>
  expect(whereInWords(stepsOf(item({})))).toBe("No branch and no commit names it yet."));

test("a commit alone is on its branch", () =>
  expect(whereInWords(stepsOf(item({ commits: [COMMIT] })))).toBe("It is on its branch; not yet merged."));

test("one client of two", () => {
  const lanes = [lane("Production", true, [slot("Acme", "all"), slot("Borealis", "none")])];
  expect(whereInWords(stepsOf(item({ commits: [COMMIT], lanes })))).toBe(
    "It is in production for Acme; not yet for Borealis.",
  );
});

test("everywhere is said without names", () => {
  const lanes = [lane("Production", true, [slot(null, "all"), slot("Acme", "all")])];
  expect(whereInWords(stepsOf(item({ lanes })))).toBe("It is in production, everywhere.");
});

test("an environment has it only when each of its slots has all of it", () => {
  const lanes = [lane("UAT", false, [slot(null, "all"), slot(null, "none", "payments-api")])];
  const uat = stepsOf(item({ lanes })).find(({ key }) => key === "uat");
  expect(uat).toMatchObject({ isReached: false, status: "running", words: "runs a part of it" });
});
