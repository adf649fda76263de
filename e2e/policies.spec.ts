import type { Page } from "@playwright/test";
import { as, createAccessToken, everybodyLeaves } from "./support/people";
import { type Clone, cloneAs } from "./support/plain-git";
import { approve, ask, expectStanding, openPullRequest } from "./support/promotions";
import { expect, test } from "./support/test";

// What an administrator edits in the browser decides the next promotion, and asks again about those that wait.
test.describe.configure({ mode: "serial" });

const ADMIN = "Nadia Petrova";
const AUTHOR = { name: "Kwame Boateng", email: "kwame.boateng@meridian.example" };
const LEAD = "Anjali Shrestha";
const PRINCIPAL = "Marcus Oyelaran";
const POLICY = "/policies/sprint-merge";
/** What waits is looked at again by the worker. */
const LOOKED_AGAIN = { timeout: 45_000 };

type Policy = {
  policy: { version: number; rules: { approvals: unknown[]; requiredChecks: string[] }; name: string };
};

let clone: Clone;
let sprint: string;
let item: string;
let first: Policy["policy"];
let waiting: number;

test.beforeAll(async ({ browser, baseURL }) => {
  const author = await as(browser, AUTHOR.name);
  clone = cloneAs(AUTHOR, baseURL ?? "", "ledger", await createAccessToken(author, "Policies"));
  const branches = clone.git("branch", "--remotes", "--format=%(refname:lstrip=3)").split("\n");
  sprint =
    branches
      .filter((name) => name.startsWith("sprint/"))
      .sort()
      .at(-1) ?? "";
  const named = clone.git("log", "--format=%s", `origin/${sprint}`).match(/\b[A-Z]+-\d+\b/);
  item = named?.[0] ?? "";
  first = (await present(author)).policy;
});

/** Whatever came of it, the others begin with the policy that was there. */
test.afterAll(async ({ browser }) => {
  const admin = await as(browser, ADMIN);
  const { policy } = await present(admin);
  await admin.request.post("/api/trpc/policies.publish", {
    headers: { "x-clearway-request": "1" },
    data: {
      json: {
        key: "sprint-merge",
        expectedVersion: policy.version,
        name: first.name,
        rules: first.rules,
        note: "As it was",
      },
    },
  });
  clone?.remove();
  await everybodyLeaves();
});

function present(page: Page): Promise<Policy> {
  return ask<Policy>(page, "policies.get", { key: "sprint-merge" });
}

/** Pushes a change of the author and asks for its merge into the sprint. */
async function askForMerge(page: Page, slug: string): Promise<number> {
  const branch = `feature/${sprint.slice("sprint/".length)}/${item}-${slug}`;
  clone.git("fetch", "--quiet");
  clone.git("switch", "--quiet", "--create", branch, `origin/${sprint}`);
  clone.commit(`${item} ${slug}`, { [`docs/${slug}.md`]: `${slug}\n` });
  clone.git("push", "--quiet", "origin", "HEAD");
  return openPullRequest(page, "ledger", branch, sprint, `${item} ${slug}`);
}

async function publish(page: Page, why: string): Promise<void> {
  await page.getByLabel("Why").fill(why);
  const button = page.getByRole("button", { name: /^Publish version/ });
  await expect(button).toBeEnabled();
  await button.click();
  await expect(page.getByText(/decides from now on/).first()).toBeVisible();
}

const firstRule = (page: Page) => page.getByRole("group", { name: "Peer" });

test("everybody reads what decides; a kind of branch without a policy is closed", async ({ browser }) => {
  const lead = await as(browser, LEAD);
  await lead.goto("/policies");
  await expect(lead.getByRole("link", { name: "Merges into a sprint" })).toBeVisible();
  await expect(lead.getByText("No policy is bound to it. Nothing is merged there.")).toBeVisible();
  await lead.goto(POLICY);
  await expect(lead.getByText("Only a platform admin can change it.")).toBeVisible();
  await expect(lead.getByRole("button", { name: /Publish/ })).toHaveCount(0);
});

test("the editor says what a draft would have decided, and refuses what nobody could fulfil", async ({
  browser,
}) => {
  const admin = await as(browser, ADMIN);
  await admin.goto(POLICY);
  await expect(admin.getByText(/^\d+ of \d+ would have passed as they did\.$/)).toBeVisible();
  await firstRule(admin).getByLabel("How many").selectOption("2");
  await expect(
    admin.getByText(/^\d+ of \d+ would have passed as they did; \d+ would have waited\.$/),
  ).toBeVisible();
  await expect(admin.getByText(/^\d+ × 1 more of Developer or Tech lead$/)).toBeVisible();
  await expect(admin.getByText("Now asks for 2 of Developer or Tech lead, was 1")).toBeVisible();

  await firstRule(admin).getByLabel("How many").selectOption("9");
  await expect(
    admin.getByText(/Peer asks for 9 of Developer or Tech lead; in Ledger only \d+ people could/),
  ).toBeVisible();
  await expect(admin.getByRole("button", { name: /^Publish version/ })).toBeDisabled();

  await firstRule(admin).getByLabel("How many").selectOption("2");
  await admin.reload();
  await expect(admin.getByText("This is what you were editing before")).toBeVisible();
  await expect(firstRule(admin).getByLabel("How many")).toHaveValue("2");
  expect((await present(admin)).policy.version).toBe(first.version);
});

test("published, it asks again about what waits", async ({ browser }) => {
  const author = await as(browser, AUTHOR.name);
  waiting = await askForMerge(author, "asked-again");
  const lead = await as(browser, LEAD);
  await lead.goto(`/promotions/${waiting}`);
  await expectStanding(lead, waiting, "waits for 1 more approval");

  const admin = await as(browser, ADMIN);
  await admin.goto(POLICY);
  await publish(admin, "Two pairs of eyes on the ledger");
  await expectStanding(lead, waiting, "waits for 2 more approvals");
  await expect(lead.getByText("The policy became stricter", { exact: true })).toBeVisible();
  await approve(lead, waiting);
  await expectStanding(lead, waiting, "waits for 1 more approval");
});

test("a check that is asked for ends the vote that was given, and the same person votes again", async ({
  browser,
}) => {
  const admin = await as(browser, ADMIN);
  await admin.goto(POLICY);
  await admin.getByRole("checkbox", { name: "unit", exact: true }).check();
  await expect(admin.getByText("Now needs check unit")).toBeVisible();
  await publish(admin, "Unit tests, by name");

  const lead = await as(browser, LEAD);
  await expect(lead.getByText("The policy became stricter, so votes began again")).toBeVisible(LOOKED_AGAIN);
  await expect(
    lead.getByText(/The vote on the revision before no longer counts: Anjali Shrestha can vote again/),
  ).toBeVisible();
  await expectStanding(lead, waiting, "waits for 2 more approvals");
  await approve(lead, waiting);
  await approve(await as(browser, PRINCIPAL), waiting);
  await expectStanding(lead, waiting, "merged");
});

test("the next promotion waits for two, with the check, from its first revision", async ({ browser }) => {
  const author = await as(browser, AUTHOR.name);
  const number = await askForMerge(author, "next-one");
  const lead = await as(browser, LEAD);
  await lead.goto(`/promotions/${number}`);
  await expectStanding(lead, number, "waits for 2 more approvals");
  await expect(lead.getByText(/passed for this very tree, with check unit\./)).toBeVisible();
  await expect(lead.getByText(`, version ${first.version + 2}.`)).toBeVisible();
  await expect(lead.getByText("The policy became stricter")).toHaveCount(0);
});

test("somebody else published meanwhile: the difference is shown and the draft is kept", async ({
  browser,
}) => {
  const admin = await as(browser, ADMIN);
  await admin.goto(POLICY);
  await admin.getByRole("switch", { name: "The source is up to date" }).check();
  await expect(admin.getByText("Now the source must contain the target's head")).toBeVisible();

  const other = await admin.context().newPage();
  await other.goto(POLICY);
  await expect(other.getByText("Nothing is different yet.")).toBeVisible();
  await other.getByLabel("A request expires after").selectOption(String(8));
  await publish(other, "Faster");
  await other.close();

  await expect(admin.getByText(/was published while you edited version/)).toBeVisible();
  await expect(admin.getByText(/^expires after 8 hours, was /i).first()).toBeVisible();
  await expect(admin.getByRole("switch", { name: "The source is up to date" })).toBeChecked();
  await expect(admin.getByRole("button", { name: /^Publish version/ })).toBeDisabled();
  await admin.getByRole("button", { name: "Discard it" }).click();
  await expect(admin.getByText("Nothing is different yet.")).toBeVisible();
});

test("an older version is brought back by editing from it", async ({ browser }) => {
  const admin = await as(browser, ADMIN);
  await admin.goto(`${POLICY}?tab=versions`);
  await expect(admin.getByText("Two pairs of eyes on the ledger")).toBeVisible();
  await admin.getByRole("button", { name: `Edit from version ${first.version}`, exact: true }).click();
  await expect(firstRule(admin).getByLabel("How many")).toHaveValue("1");
  await publish(admin, "Back to one pair of eyes");
  const { policy } = await present(admin);
  expect(policy.version).toBeGreaterThan(first.version);
  expect(policy.rules).toEqual(first.rules);
});
