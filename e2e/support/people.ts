import { type Browser, expect, type Page } from "@playwright/test";
import { untilAlive } from "./test";

const open = new Map<string, Page>();

/** Signs a person in by the page that everybody uses, in a browser context of their own. */
export async function signIn(browser: Browser, name: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Promotions" })).toBeVisible();
  await untilAlive(page);
  return page;
}

/** The same person's page again, signed in once. */
export async function as(browser: Browser, name: string): Promise<Page> {
  const known = open.get(name);
  if (known && !known.isClosed()) return known;
  const page = await signIn(browser, name);
  open.set(name, page);
  return page;
}

export async function everybodyLeaves(): Promise<void> {
  for (const page of open.values()) await page.context().close();
  open.clear();
}

/** Makes an access token on its page, and reads it where it is shown once. */
export async function createAccessToken(page: Page, purpose: string): Promise<string> {
  await page.goto("/access-tokens");
  await page.getByLabel("What it is for").fill(purpose);
  await page.getByRole("button", { name: "Create token" }).click();
  const shown = page.getByText(/^cw_[A-Za-z0-9_-]{20,}$/).first();
  await expect(shown).toBeVisible();
  return (await shown.innerText()).trim();
}
