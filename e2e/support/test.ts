import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";

/** What Clearway's own policy stopped in any page of this worker since the last test. */
const violations: string[] = [];
const MARK = "stopped by the content security policy:";

/** Pages of others, such as the identity provider's, have policies of their own: ours forbids frames around it. */
function watchPolicy(mark: string): void {
  document.addEventListener(
    "securitypolicyviolation",
    ({ originalPolicy, effectiveDirective, blockedURI }) => {
      if (!originalPolicy.includes("frame-ancestors 'none'")) return;
      console.error(`${mark} ${effectiveDirective} ${blockedURI} on ${location.pathname}`);
    },
  );
}

/** React has taken over everything in sight that can be pressed; before that a slow machine hears no click and no key. */
function isAlive(): boolean {
  const isOurs = document.getElementById("hint-layer") !== null;
  const pressed = document.querySelectorAll("main button, main input, main [data-row-link]");
  const isTaken = (element: Element) => Object.keys(element).some((key) => key.startsWith("__reactProps$"));
  return !isOurs || [...pressed].every(isTaken);
}

/** Opening a page waits until it can be used, as people do; one that does not come alive is the test's own matter. */
function usedOnceAlive(page: Page): void {
  for (const way of ["goto", "reload"] as const) {
    const go = page[way].bind(page) as (...args: unknown[]) => ReturnType<Page["goto"]>;
    Object.assign(page, {
      [way]: async (...args: unknown[]) => {
        const answer = await go(...args);
        await page.waitForFunction(isAlive, undefined, { timeout: 5_000 }).catch(() => undefined);
        return answer;
      },
    });
  }
}

async function watched(context: BrowserContext): Promise<BrowserContext> {
  await context.addInitScript(watchPolicy, MARK);
  context.on("page", usedOnceAlive);
  context.on("console", (message) => {
    if (message.text().startsWith(MARK)) violations.push(message.text());
  });
  return context;
}

/** Playwright's test, failing where a page did what its content security policy forbids. */
export const test = base.extend<{ policy: undefined }>({
  browser: [
    async ({ browser }, use) => {
      const newContext = browser.newContext.bind(browser);
      browser.newContext = async (options) => watched(await newContext(options));
      await use(browser);
      browser.newContext = newContext;
    },
    { scope: "worker" },
  ],
  policy: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern.
    async ({}, use) => {
      await use(undefined);
      expect(violations.splice(0), "nothing that the content security policy stops").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
