import { execFileSync } from "node:child_process";
import path from "node:path";
import type { Page } from "@playwright/test";
import { as, createAccessToken, everybodyLeaves } from "./support/people";
import { type Clone, cloneAs } from "./support/plain-git";
import { ask } from "./support/promotions";
import { expect, test } from "./support/test";

// What a page shows while it waits, and in place of what did not come, with a way to have it after all.
const LEAD = { name: "Marcus Oyelaran", email: "marcus.oyelaran@meridian.example" };
const ADMIN = "Nadia Petrova";
/** More than a page of the list. */
const MANY = 130;
let clone: Clone | undefined;

test.afterAll(async () => {
  if (clone) {
    refs("delete");
    clone.git("push", "--quiet", "origin", ":refs/heads/wip/list-states");
    clone.remove();
  }
  await everybodyLeaves();
});

function git(args: string[], input?: string): string {
  const directory = path.join(process.env.CLEARWAY_E2E_DATA_DIR ?? "", "repositories", "lending.git");
  return execFileSync("git", [`--git-dir=${directory}`, "-c", "safe.directory=*", ...args], {
    encoding: "utf8",
    ...(input === undefined ? {} : { input }),
  }).trim();
}

function refs(act: "create" | "delete"): void {
  const head = git(["rev-parse", "refs/heads/master"]);
  const lines = Array.from({ length: MANY }, (_, n) => {
    const ref = `refs/heads/list-states/${String(n).padStart(3, "0")}`;
    return act === "create" ? `create ${ref} ${head}\n` : `delete ${ref}\n`;
  });
  git(["update-ref", "--stdin"], lines.join(""));
}

/** From now on nothing of this query reaches the server; returns how to let it through again. */
async function cutOff(page: Page, query: string): Promise<() => Promise<void>> {
  const pattern = new RegExp(`/api/trpc/[^?]*${query.replace(".", "\\.")}`);
  await page.route(pattern, (route) => route.abort());
  return () => page.unroute(pattern);
}

function toEnd(page: Page): Promise<void> {
  return page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
}

test("a page that takes its time is announced until it is there, however it was asked for", async ({
  browser,
}) => {
  const page = await as(browser, LEAD.name);
  const bar = page.getByRole("progressbar", { name: "Loading" });
  const title = (name: string) => page.getByRole("heading", { level: 1, name });
  const slow = async (act: () => Promise<unknown>, done: () => Promise<void>) => {
    let letThrough = () => {};
    const held = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    await page.route(/[?&]_rsc=/, async (route) => {
      await held;
      await route.continue().catch(() => undefined);
    });
    await act();
    await expect(bar).toBeVisible();
    letThrough();
    await done();
    await expect(bar).toHaveCount(0);
    await page.unrouteAll({ behavior: "wait" });
  };
  const sidebar = page.getByRole("complementary", { name: "Sidebar" });
  await slow(
    () => sidebar.getByRole("link", { name: "Branches" }).click(),
    () => expect(title("Branches")).toBeVisible(),
  );
  await slow(
    () => page.getByLabel("Kind").selectOption("sprint"),
    () => expect(page).toHaveURL(/kind=sprint/),
  );
  // A newer address takes the place of one that is still awaited.
  await slow(
    async () => {
      await sidebar.getByRole("link", { name: "Releases" }).click();
      await sidebar.getByRole("link", { name: "Clients" }).click();
    },
    () => expect(title("Clients")).toBeVisible(),
  );
  // What leads nowhere else leaves nothing behind.
  await slow(
    () => sidebar.getByRole("link", { name: "Clients" }).click(),
    () => expect(title("Clients")).toBeVisible(),
  );
  await page.evaluate(() => {
    location.hash = "content";
  });
  await page.goBack();
  await expect(page).toHaveURL(/\/clients$/);
  await page.goBack();
  await expect(page).toHaveURL(/kind=sprint/);
  await expect(bar).toHaveCount(0);
});

test("branches that did not come are said so under the list, and come with another try", async ({
  browser,
}) => {
  const page = await as(browser, LEAD.name);
  const token = await createAccessToken(page, "list states");
  refs("create");
  // Whoever pushes next has the repository read.
  clone = cloneAs(LEAD, new URL(page.url()).origin, "lending", token);
  clone.git("push", "--quiet", "origin", "HEAD:refs/heads/wip/list-states");
  await expect
    .poll(
      async () => {
        await page.goto("/branches?q=list-states%2F&sort=name");
        return page.getByText(new RegExp(`^${MANY} branches`)).count();
      },
      { timeout: 60_000 },
    )
    .toBe(1);
  const letThrough = await cutOff(page, "branches.list");
  const failure = page.getByRole("alert").filter({ hasText: "The next branches could not be loaded." });
  // A page that has only just come may still put itself back at its top.
  await expect(async () => {
    await toEnd(page);
    await expect(failure).toBeVisible({ timeout: 10_000 });
  }).toPass();
  await page.evaluate(() => window.scrollTo(0, 0));
  await expect(page.getByText("list-states/000")).toBeVisible();
  await letThrough();
  await failure.getByRole("button", { name: "Try again" }).click();
  await expect(failure).toHaveCount(0);
  await toEnd(page);
  await expect(page.getByText(`list-states/${MANY - 1}`)).toBeVisible();
});

test("a slot that did not come says so in its drawer, and comes with another try", async ({ browser }) => {
  const page = await as(browser, LEAD.name);
  const letThrough = await cutOff(page, "environments.slot");
  const failure = page.getByRole("alert").filter({ hasText: "This could not be loaded" });
  // A link that is followed before its page has come alive loads the drawer with the next page.
  await expect(async () => {
    await page.goto("/environments");
    await page.locator(".matrix td > a").first().click();
    await expect(failure).toContainText("Clearway cannot be reached.", { timeout: 10_000 });
  }).toPass();
  await letThrough();
  await failure.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("dialog").getByRole("button", { name: "Promote…" })).toBeVisible();
  await expect(failure).toHaveCount(0);
});

test("a search that failed says so: in a log, and everywhere", async ({ browser }) => {
  const page = await as(browser, LEAD.name);
  const { runs } = await ask<{ runs: { number: number; state: string }[] }>(page, "pipelines.list", {});
  const run = runs.find(({ state }) => state === "passed");
  await page.goto(`/pipelines/${run?.number}`);
  const search = page.getByRole("searchbox", { name: /^Search in the log of/ });
  const inLog = await cutOff(page, "pipelines.searchLog");
  await search.fill("zz-nowhere");
  await search.press("Enter");
  await expect(page.getByText("The search failed")).toBeVisible();
  await inLog();
  await search.fill("zz-nowhere-else");
  await search.press("Enter");
  await expect(page.getByText("none", { exact: true })).toBeVisible();

  const everywhere = await cutOff(page, "search.find");
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox").fill("ledger");
  await expect(page.getByText("The search did not answer. Type again to retry.")).toBeVisible();
  await everywhere();
  await page.getByRole("combobox").fill("ledge");
  await expect(page.getByRole("option").first()).toBeVisible();
  // Pages are found by their names, without being asked for.
  await page.getByRole("combobox").fill("branch");
  await page.getByRole("option", { name: /^Branches/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Branches" })).toBeVisible();
});

test("a policy can be written where the checks of earlier runs did not come", async ({ browser }) => {
  const page = await as(browser, ADMIN);
  const letThrough = await cutOff(page, "policies.checks");
  await page.goto("/policies/sprint-merge");
  await expect(
    page.getByRole("alert").filter({ hasText: "The checks of the newest runs could not be loaded." }),
  ).toBeVisible();
  await page.getByLabel("Another check").fill("licences");
  await page.getByLabel("Another check").press("Enter");
  await expect(page.getByRole("checkbox", { name: "licences" })).toBeChecked();
  await letThrough();
});
