import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { PAGES } from "../scripts/shots/pages.mjs";
import { as, everybodyLeaves } from "./support/people";
import { expect, test } from "./support/test";

test.afterAll(everybodyLeaves);

const SERIOUS = ["serious", "critical"];

for (const { name, as: person, path, open } of PAGES) {
  test(`${name}: no serious axe findings, no error in the console, nothing wider than the screen`, async ({
    browser,
  }) => {
    const page: Page = person ? await as(browser, person) : await (await browser.newContext()).newPage();
    const errors: string[] = [];
    const listen = (message: { type(): string; text(): string }) => {
      // A page that does not exist answers 404, which the browser tells as an error.
      if (message.type() === "error" && !/status of 404/.test(message.text())) errors.push(message.text());
    };
    const onError = (error: Error) => void errors.push(error.message);
    page.on("console", listen).on("pageerror", onError);
    const goTo = (address: string) => page.goto(address);
    const isThere = path ? await goTo(path) : await open?.(page, goTo);
    expect(isThere, "the demonstration has such a page").not.toBe(false);
    // Not by its role: a dialog that opens with the page hides what is behind it from those who listen.
    await expect(page.locator("h1")).toBeVisible();
    // What the address asks for floats over the page a moment after it, and is looked at with it.
    if (/[?&](add|act|slot)=/.test(page.url())) await expect(page.getByRole("dialog")).toBeVisible();
    // Otherwise it opens a second page to collect what frames say, and there are none.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    page.off("console", listen).off("pageerror", onError);
    expect(
      violations
        .filter(({ impact }) => SERIOUS.includes(impact ?? ""))
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    ).toEqual([]);
    expect(errors).toEqual([]);
    const usual = page.viewportSize();
    for (const width of [usual?.width ?? 1280, 360]) {
      await page.setViewportSize({ width, height: usual?.height ?? 720 });
      const overflow = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      // What measures itself does so a frame after the screen has changed.
      const settles = {
        message: `no wider than a screen of ${width} px`,
        intervals: [0, 50, 200],
      };
      await expect.poll(overflow, settles).toBeLessThanOrEqual(0);
    }
    if (person) await page.setViewportSize(usual ?? { width: 1280, height: 720 });
    else await page.context().close();
  });
}

test("anonymous visitors are sent to sign in and come back to where they wanted to go", async ({ page }) => {
  await page.goto("/environments");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fenvironments/);
  await page.getByRole("button", { name: /Charlotte Dubois/ }).click();
  await expect(page).toHaveURL(/\/environments$/);
});
