import type { Browser, Locator, Page } from "@playwright/test";
import { as, everybodyLeaves } from "./support/people";
import { approve, ask } from "./support/promotions";
import { expect, test, untilAlive } from "./support/test";

// What is decided on the way home: the inbox and the card on a small phone, and the same by keyboard and on paper.
test.describe.configure({ mode: "serial" });

const LEAD = "Marcus Oyelaran";
const AUTHOR = "Kwame Boateng";
const OTHER = "Mei Lin Chua";
const PHONE = { width: 360, height: 740 };
const THUMB = 44;

let phone: Page;

test.beforeAll(async ({ browser }) => {
  phone = await onPhone(browser, LEAD);
});
test.afterAll(async () => {
  await phone?.context().close();
  await everybodyLeaves();
});

async function onPhone(browser: Browser, name: string): Promise<Page> {
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: new RegExp(name) }).tap();
  await expect(page.getByRole("heading", { level: 1, name: "Promotions" })).toBeVisible();
  await untilAlive(page);
  return page;
}

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (!box) throw new Error("it is not on the screen");
  return { ...box, bottom: box.y + box.height };
}

const bar = () => phone.locator("[data-bottom-bar]");

test("every row of the inbox is large enough for a thumb", async () => {
  await phone.goto("/promotions");
  const rows = phone.locator("[data-rows] tr");
  await expect(rows.first()).toBeVisible();
  const lowest = () =>
    rows.evaluateAll((all) => Math.min(...all.map((row) => row.getBoundingClientRect().height)));
  await expect.poll(lowest).toBeGreaterThanOrEqual(THUMB);
});

test("from the inbox to the card: the decision stands at the bottom of the screen and covers nothing", async () => {
  await phone.goto("/promotions?view=waits-for-me");
  await phone
    .getByRole("link", { name: /to Cobalt Production/ })
    .first()
    .tap();
  await expect(phone).toHaveURL(/\/promotions\/\d+$/);
  const approve = bar().getByRole("button", { name: "Approve" });
  await expect(approve).toBeVisible();
  await expect.poll(async () => (await boxOf(bar())).bottom).toBeCloseTo(PHONE.height, 0);
  await expect.poll(async () => (await boxOf(approve)).height).toBeGreaterThanOrEqual(THUMB);
  await phone.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  const last = phone.getByText(/^as of/);
  await expect.poll(async () => (await boxOf(last)).bottom).toBeLessThan((await boxOf(bar())).y);
});

test("a vote can be taken back from its message while others are still needed", async () => {
  await bar().getByRole("button", { name: "Approve" }).tap();
  const message = phone.locator("[data-sonner-toast]").filter({ hasText: "1 more approval is needed" });
  await expect(message).toBeVisible();
  await expect(bar()).toContainText("You have voted. It waits for others now.");
  await expect.poll(async () => (await boxOf(message)).bottom).toBeLessThanOrEqual((await boxOf(bar())).y);
  await message.getByRole("button", { name: "Undo" }).tap();
  await expect(phone.getByText("Your vote is taken back.")).toBeVisible();
  await expect(bar().getByRole("button", { name: "Approve" })).toBeVisible();
});

test("on the card itself a vote is taken back as well", async () => {
  await bar().getByRole("button", { name: "Approve" }).tap();
  await phone.getByRole("button", { name: "Take the vote back" }).tap();
  await expect(bar().getByRole("button", { name: "Approve" })).toBeVisible();
});

test("the last approval says what begins with it, and a single tap or key begins nothing", async ({
  browser,
}) => {
  const number = Number(phone.url().split("/").at(-1));
  const other = await as(browser, OTHER);
  await approve(other, number);
  const first = bar().getByRole("button", { name: "Approve and deploy" });
  const second = bar().getByRole("button", { name: "Press again to deploy to Cobalt Production" });
  // A key is hit by mistake as easily as a thumb slips; what was asked once is forgotten soon.
  for (const act of [() => phone.keyboard.press("a"), () => first.tap()]) {
    await expect(first).toBeVisible();
    await act();
    await expect(second).toBeVisible();
  }
  const { promotion } = await ask<{ promotion: { state: string } }>(other, "promotions.get", { number });
  expect(promotion.state).toBe("awaiting_approval");
  await other.getByRole("button", { name: "Take the vote back" }).click();
  await expect(bar().getByRole("button", { name: "Approve", exact: true })).toBeVisible();
});

test("where one may not approve, the bar and the key say why", async ({ browser }) => {
  const author = await as(browser, AUTHOR);
  await author.goto("/promotions?view=mine");
  await author
    .getByRole("link", { name: /LED-102/ })
    .first()
    .click();
  await expect(author.getByText("You cannot approve this")).toBeVisible();
  const message = author.locator("[data-sonner-toast]");
  // A card that has only just come hears no key yet; the message is one however often it is asked for.
  await expect(async () => {
    await author.keyboard.press("a");
    await expect(message).toContainText("so your approval would not count", { timeout: 2_000 });
  }).toPass();
  await author.setViewportSize(PHONE);
  const ownBar = author.locator("[data-bottom-bar]");
  await expect(ownBar).toContainText("so your approval would not count");
  await expect(ownBar.getByRole("button", { name: "Approve" })).toBeDisabled();
});

test("a request is cancelled with a reason, and its pull request asks again", async ({ browser }) => {
  const author = await as(browser, AUTHOR);
  await author.setViewportSize({ width: 1280, height: 900 });
  await author.getByRole("button", { name: "Cancel the request…" }).click();
  const dialog = author.getByRole("dialog");
  await dialog.getByLabel("Why").fill("Not before the audit");
  await dialog.getByRole("button", { name: "Cancel the request" }).click();
  await expect(author.getByText("The request is cancelled.")).toBeVisible();
  await expect(author.getByText(/Not before the audit/).first()).toBeVisible();
  await author.locator('a[href^="/pull-requests/"]').first().click();
  await author.getByRole("button", { name: "Ask for the merge again" }).click();
  await expect(author.getByRole("link", { name: "Open its card" })).toBeVisible();
});

test("a row of the inbox says who may act when the keyboard reaches it", async ({ browser }) => {
  const lead = await as(browser, LEAD);
  await lead.goto("/promotions?view=waits-for-me");
  await expect(lead.locator("[data-rows] tr").first()).toBeVisible();
  // A page that has not come alive yet hears no key.
  await expect(async () => {
    await lead.keyboard.press("j");
    await expect(lead.locator("#hint-layer")).toContainText(LEAD, { timeout: 1_000 });
  }).toPass();
});

test("on paper the card is its evidence: hashes in full, exact times and audit numbers, nothing to press", async () => {
  await phone.emulateMedia({ media: "print" });
  await expect(phone.getByText(/^Audit trail:/)).toBeVisible();
  await expect(phone.getByRole("heading", { name: "Revisions and votes" })).toBeVisible();
  await expect(bar()).toBeHidden();
  await expect(phone.getByRole("navigation")).toHaveCount(0);
  const print = () =>
    phone.evaluate(() => {
      const after = (selector: string) =>
        [...document.querySelectorAll(selector)].map(
          (element) => getComputedStyle(element, "::after").content,
        );
      return { hashes: after("main [data-sha]"), times: after("main time") };
    });
  await expect(async () => {
    const { hashes, times } = await print();
    expect(hashes.length).toBeGreaterThan(0);
    for (const hash of hashes) expect(hash).toMatch(/^"(sha256:)?[0-9a-f]{40,64}"$/);
    for (const time of times) expect(time).toMatch(/^"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ"$/);
  }).toPass({ timeout: 20_000 });
  // As wide as the paper: the sheet is the card's alone.
  await phone.setViewportSize({ width: 794, height: 1123 });
  await expect.poll(async () => (await boxOf(phone.getByRole("main"))).width).toBeGreaterThan(600);
  await phone.emulateMedia({ media: "screen" });
});
