import { expect, type Page } from "@playwright/test";

const CHECKS = { timeout: 45_000 };

/** An answer that is no page is named, not waited for. */
async function open(page: Page, path: string): Promise<void> {
  const answer = await page.goto(path);
  expect(answer?.status(), `${path}: ${await page.locator("body").innerText()}`).toBe(200);
}

/** Opens a pull request by the form and goes on to the card of the promotion that decides it; its number. */
export async function openPullRequest(
  page: Page,
  repository: string,
  source: string,
  target: string,
  title: string,
): Promise<number> {
  const search = new URLSearchParams({ repository, source, target });
  await open(page, `/pull-requests/new?${search}`);
  await page.getByLabel("Title", { exact: false }).fill(title);
  await page.getByRole("button", { name: "Open pull request" }).click();
  await expect(page).toHaveURL(/\/pull-requests\/\d+$/);
  const href = await page.locator('a[href^="/promotions/"]').first().getAttribute("href");
  return Number(/\/promotions\/(\d+)/.exec(href ?? "")?.[1]);
}

/** Finds the promotion in the inbox by what waits for the person, and opens its card. */
export async function openFromInbox(page: Page, title: string | RegExp): Promise<number> {
  await page.goto("/promotions?view=waits-for-me");
  await page.getByRole("link", { name: title }).first().click(CHECKS);
  await expect(page).toHaveURL(/\/promotions\/\d+/);
  return Number(/\/promotions\/(\d+)/.exec(page.url())?.[1]);
}

export async function approve(page: Page, promotion: number): Promise<void> {
  await open(page, `/promotions/${promotion}`);
  const button = page.getByRole("button", { name: "Approve" });
  await expect(button).toBeEnabled(CHECKS);
  await button.click();
  await expect(button).toBeHidden();
}

/** The state pill beside the title: "merged", "deployed", "rolled back"… */
export async function expectStanding(page: Page, promotion: number, words: string | RegExp): Promise<void> {
  if (!page.url().endsWith(`/promotions/${promotion}`)) await open(page, `/promotions/${promotion}`);
  const pill = page
    .locator("main header, main")
    .getByText(words, { exact: typeof words === "string" })
    .first();
  await expect(pill).toBeVisible(CHECKS);
}

/** What a query of the API answers to the page's person. */
export async function ask<T>(page: Page, procedure: string, input: unknown): Promise<T> {
  const search = new URLSearchParams({ input: JSON.stringify({ json: input }) });
  const answer = await page.request.get(`/api/trpc/${procedure}?${search}`);
  return (await answer.json()).result.data.json as T;
}

/** The newest release of a repository, as its page lists them. */
export async function newestVersion(page: Page, repository: string): Promise<string> {
  const { releases } = await ask<{ releases: { version: string }[] }>(page, "repositories.get", {
    key: repository,
  });
  return releases[0]?.version ?? "";
}

/** A release that was merged reaches master when the repository is read, a moment after the merge is done. */
export async function expectOnMaster(page: Page, repository: string, version: string): Promise<void> {
  const isOnMaster = async () => {
    const { releases } = await ask<{ releases: { version: string; isOnMaster: boolean }[] }>(
      page,
      "repositories.get",
      { key: repository },
    );
    return releases.find((release) => release.version === version)?.isOnMaster;
  };
  await expect.poll(isOnMaster, CHECKS).toBe(true);
}
