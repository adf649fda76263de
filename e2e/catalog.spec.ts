import type { Page } from "@playwright/test";
import { type GitServer, serveRepository } from "./support/git-server";
import { as, createAccessToken, everybodyLeaves } from "./support/people";
import { type Clone, cloneAs } from "./support/plain-git";
import { ask } from "./support/promotions";
import { expect, test } from "./support/test";

/** What the worker does: imports and runs. */
const BY_WORKER = { timeout: 45_000 };

// From nothing to a first run: what an administrator adds in the browser can be cloned, pushed to, built and delivered.
test.describe.configure({ mode: "serial" });

const ADMIN = "Nadia Petrova";
const LEAD = { name: "Marcus Oyelaran", email: "marcus.oyelaran@meridian.example" };

let elsewhere: GitServer;
let clone: Clone | undefined;

test.beforeAll(async () => {
  elsewhere = await serveRepository("tariffs", {
    main: { "README.md": "Tariffs\n" },
    "sprint/2026.40": { "tariff.txt": "1\n" },
  });
});
test.afterAll(async () => {
  clone?.remove();
  await elsewhere.close();
  await everybodyLeaves();
});

async function branchesOf(page: Page, repositoryKey: string): Promise<string[]> {
  const { items } = await ask<{ items: { name: string }[] }>(page, "branches.list", { repositoryKey });
  return items.map(({ name }) => name);
}

const dialog = (page: Page) => page.getByRole("dialog");

test("an administrator adds a product, and a repository with a component that builds at once", async ({
  browser,
}) => {
  const page = await as(browser, ADMIN);
  await page.goto("/catalog");
  await page.getByRole("link", { name: "Add product" }).click();
  await dialog(page).getByLabel("Name").fill("Card issuing");
  await expect(dialog(page).getByLabel("Key")).toHaveValue("card-issuing");

  // Refused beside its field, with everything that was typed still there.
  await dialog(page).getByLabel("Key").fill("payments");
  await dialog(page).getByRole("button", { name: "Add product" }).click();
  await expect(dialog(page).getByText("There is a product with this key already")).toBeVisible();
  await expect(dialog(page).getByLabel("Name")).toHaveValue("Card issuing");
  await dialog(page).getByLabel("Key").fill("cards");
  await dialog(page).getByRole("button", { name: "Add product" }).click();

  // The next act is open already.
  await expect(page).toHaveURL(/\/catalog\/cards\?act=repository/);
  await expect(dialog(page).getByLabel("Key", { exact: true })).toHaveValue("cards");
  await dialog(page).getByLabel("First sprint").fill("2026.40");
  await dialog(page).getByLabel("Component name").fill("Card API");
  await dialog(page).getByRole("button", { name: "Create repository" }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByText(/git clone .*\/git\/cards\.git/)).toBeVisible();
  await expect(page.getByText("sprint/2026.40", { exact: false }).first()).toBeVisible(BY_WORKER);
});

test("adds a component that is installed per client, and a client that has it", async ({ browser }) => {
  const page = await as(browser, ADMIN);
  await page.goto("/catalog/cards");
  await page.getByRole("link", { name: "Add component" }).click();
  await dialog(page).getByLabel("Name").fill("Card printer");
  await dialog(page)
    .getByLabel(/^Per client/)
    .check();
  await dialog(page).getByRole("button", { name: "Add component" }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByRole("row", { name: /card-printer/ })).toContainText("per client, for 0 clients");

  await page.goto("/clients");
  await page.getByRole("link", { name: "Add client" }).click();
  await dialog(page).getByLabel("Name").fill("Ember Bank");
  await dialog(page).getByLabel("card-printer").check();
  await dialog(page).getByRole("button", { name: "Add client" }).click();
  await expect(page).toHaveURL(/\/clients\/ember-bank$/);
  const row = page.getByRole("row", { name: /card-printer/ });
  await expect(row).toContainText("Production");

  // Off asks first; its slot is shown as ended; on again brings it back.
  await row.getByRole("checkbox").click();
  await dialog(page).getByRole("button", { name: "End it" }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(row).toContainText("ended");
  // The address still asks about the end for a moment, and would once more about what is switched on by then.
  await expect(page).toHaveURL(/\/clients\/ember-bank$/);
  await row.getByRole("checkbox").click();
  await expect(row.getByRole("checkbox")).toBeChecked();
  await expect(row).not.toContainText("ended");
});

test("the repository is cloned with plain git, takes a feature branch but no push to its sprint, and was built", async ({
  browser,
  baseURL,
}) => {
  test.setTimeout(120_000);
  const page = await as(browser, LEAD.name);
  const token = await createAccessToken(page, "New repository");
  clone = cloneAs(LEAD, baseURL ?? "", "cards", token);
  expect(clone.git("show", "HEAD:.clearway/pipeline.yaml")).toContain("component: card-api");
  clone.git("switch", "--quiet", "--create", "feature/2026.40/CARD-1-first", "origin/sprint/2026.40");
  clone.commit("CARD-1 First change", { "docs.md": "first\n" });
  clone.git("push", "--quiet", "origin", "HEAD");
  expect(() => clone?.git("push", "origin", "HEAD:refs/heads/sprint/2026.40")).toThrow(/protected/);
  await expect.poll(() => branchesOf(page, "cards")).toContain("feature/2026.40/CARD-1-first");
  await page.goto("/pipelines?repository=cards");
  await expect(page.getByRole("row").filter({ hasText: "passed" }).first()).toBeVisible({ timeout: 60_000 });
});

test("a second repository is imported from its address: it asks for master, and its branches are there", async ({
  browser,
}) => {
  const page = await as(browser, ADMIN);
  await page.goto("/catalog/cards?act=repository");
  await dialog(page).getByLabel("Import an existing one").check();
  const address = dialog(page).getByLabel("Clone address");
  await address.fill("https://user:secret@git.example.com/tariffs.git");
  await dialog(page).getByLabel("Name").fill("Tariffs");
  await dialog(page).getByRole("button", { name: "Begin import" }).click();
  await expect(dialog(page).getByText("Leave user name and password out")).toBeVisible();
  await expect(address).toHaveValue("https://user:secret@git.example.com/tariffs.git");
  await address.fill(elsewhere.url);
  await dialog(page).getByLabel("First sprint").fill("2026.41");
  await dialog(page).getByRole("button", { name: "Begin import" }).click();
  await expect(dialog(page)).toBeHidden();

  const question = page.getByText("Say which one becomes master");
  await expect(question).toBeVisible(BY_WORKER);
  await page.getByLabel("Becomes master").selectOption("main");
  await page.getByRole("button", { name: "Go on with this branch" }).click();
  // It goes on without this page, once the answer has been taken.
  await expect(question).toBeHidden();
  await page.goto("/catalog");
  const line = page.getByRole("row").filter({ hasText: "tariffs" });
  await expect(line.getByRole("link", { name: "tariffs", exact: true })).toBeVisible(BY_WORKER);
  await expect
    .poll(() => branchesOf(page, "tariffs"), BY_WORKER)
    .toEqual(expect.arrayContaining(["master", "sprint/2026.40", "sprint/2026.41"]));
});

test("an import that cannot be is told why, and is removed", async ({ browser }) => {
  const page = await as(browser, ADMIN);
  await page.goto("/catalog/cards?act=repository");
  await dialog(page).getByLabel("Import an existing one").check();
  await dialog(page).getByLabel("Clone address").fill(elsewhere.url.replace("tariffs", "nothing"));
  await dialog(page).getByLabel("Name").fill("Nothing");
  await dialog(page).getByRole("button", { name: "Begin import" }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByText(/^git says: fatal:.*not found/)).toBeVisible(BY_WORKER);
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await dialog(page).getByRole("button", { name: "Remove import" }).click();
  await expect(page.getByText(/^git says:/)).toBeHidden();
});

test("whoever may not edit sees no act, and a file of what they see", async ({ browser }) => {
  const page = await as(browser, "Charlotte Dubois");
  await page.goto("/catalog/cards?act=repository");
  await expect(page.getByRole("heading", { level: 1, name: "Card issuing" })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Add repository" })).toHaveCount(0);
  const file = await page.request.get("/api/catalog?productKey=cards");
  expect(await file.text()).toContain("Card issuing,cards,cards,ready,card-api,Card API,common");
});
