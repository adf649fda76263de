import type { Page } from "@playwright/test";
import { as, createAccessToken, everybodyLeaves } from "./support/people";
import { type Clone, cloneAs } from "./support/plain-git";
import { expect, test } from "./support/test";

const AUTHOR = { name: "Leila Haddad", email: "leila.haddad@meridian.example" };
let clone: Clone;

test.afterAll(async () => {
  clone?.remove();
  await everybodyLeaves();
});

const rows = (page: Page) => page.locator("[data-branch-id]");
const rowOf = (page: Page, name: string) =>
  rows(page).filter({ has: page.getByLabel(`Select ${name} in payments`) });

test("the filter is the address: it survives reload, back and forward", async ({ browser }) => {
  const page = await as(browser, AUTHOR.name);
  await page.goto("/branches");
  await expect(rows(page).first()).toBeVisible();
  await page.getByRole("link", { name: /^Misnamed/ }).click();
  await expect(page).toHaveURL(/view=misnamed/);
  await expect(rowOf(page, "spike-new-parser")).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill("parser");
  await page.getByLabel("Name", { exact: true }).press("Enter");
  await expect(page).toHaveURL(/q=parser/);
  await page.getByLabel("Kind").selectOption("other");
  await expect(page).toHaveURL(/kind=other/);
  await expect(rowOf(page, "spike-new-parser")).toBeVisible();
  const count = await rows(page).count();
  await page.reload();
  await expect(rows(page)).toHaveCount(count);
  await expect(page.getByLabel("Kind")).toHaveValue("other");
  await page.goBack();
  await expect(page).not.toHaveURL(/kind=other/);
  await expect(page.getByLabel("Kind")).toHaveValue("");
  await page.goForward();
  await expect(page.getByLabel("Kind")).toHaveValue("other");
});

test("what is deleted is gone for a plain git client, and back after Undo and after Restore", async ({
  browser,
  baseURL,
}) => {
  const page = await as(browser, AUTHOR.name);
  const token = await createAccessToken(page, "branches");
  clone = cloneAs(AUTHOR, baseURL ?? "", "payments", token);
  const name = "feature/2026.01/PAY-77-to-be-deleted";
  clone.git("checkout", "--quiet", "-b", name);
  const sha = clone.commit("PAY-77: think it over", { "notes/over.md": "over\n" });
  clone.git("push", "--quiet", "origin", name);
  const remote = () => clone.git("ls-remote", "--heads", "origin", name).split("\t")[0];
  expect(remote()).toBe(sha);

  await page.goto(`/branches?q=${encodeURIComponent("PAY-77-to-be")}`);
  const row = rowOf(page, name);
  await row.focus();
  await page.keyboard.press("#");
  await expect(page.getByText(`Deleted ${name}`)).toBeVisible();
  await expect(row).toHaveCount(0);
  expect(remote()).toBe("");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row).toBeVisible();
  expect(remote()).toBe(sha);

  await row.hover();
  await page.getByRole("button", { name: `Delete ${name}` }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole("link", { name: /^Deleted/ }).click();
  await page.getByRole("button", { name: `Restore ${name}` }).click();
  await expect.poll(remote).toBe(sha);
});
