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

/**
 * Every part has come and is shown, and React has taken over whatever can be pressed or typed in; before that a slow
 * machine hears no click and no key.
 */
function isAlive(): boolean {
  if (document.getElementById("hint-layer") === null) return true;
  const used = document.querySelectorAll("button, input, select, textarea, [data-row-link]");
  const isTaken = (element: Element) => Object.keys(element).some((key) => key.startsWith("__reactProps$"));
  if (![...used].every(isTaken)) return false;
  // What React streams stands in hidden boxes first, and a comment marks the place that waits for it.
  if (document.querySelector("div[hidden][id^='S:']")) return false;
  const comments = document.createTreeWalker(document.body, NodeFilter.SHOW_COMMENT);
  while (comments.nextNode()) if (/^\$[?~]/.test(comments.currentNode.nodeValue ?? "")) return false;
  return true;
}

/** Listeners to keys are there a turn after the elements are. */
const oneTurn = () =>
  new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(() => resolve())));

/** The page can be used, as people wait for it; one that does not come alive is the test's own matter. */
export async function untilAlive(page: Page): Promise<void> {
  await page
    .waitForFunction(isAlive, undefined, { timeout: 15_000 })
    .then(() => page.evaluate(oneTurn))
    .catch(() => undefined);
}

/** Opening a page waits for it; where a click leads to another document, the test itself does. */
function usedOnceAlive(page: Page): void {
  for (const way of ["goto", "reload"] as const) {
    const go = page[way].bind(page) as (...args: unknown[]) => ReturnType<Page["goto"]>;
    Object.assign(page, {
      [way]: async (...args: unknown[]) => {
        const answer = await go(...args);
        await untilAlive(page);
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
