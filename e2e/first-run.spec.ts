import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { givenPromotion } from "./support/given-promotion";
import { type RealInstallation, signedInAt, startRealInstallation } from "./support/real-installation";
import { expect, test } from "./support/test";

// A real installation from its empty inbox, which says to each what comes first, to one with as many clients as a bank has.
test.describe.configure({ mode: "serial" });

const account = (subject: string, name: string, ...groups: string[]) => ({
  subject,
  name,
  email: `${subject}@meridian.example`,
  groups,
});
const ADMIN = account("ama", "Ama Owusu");
const DEVELOPER = account("kofi", "Kofi Mensah", "developers");
const QA = account("tom", "Tom Becker", "qa");
const CLIENTS = 60;

let real: RealInstallation;
const { as, everybodyLeaves } = signedInAt(() => real);

test.beforeAll(async () => {
  test.setTimeout(120_000);
  real = await startRealInstallation({ accounts: [ADMIN, DEVELOPER, QA], administrator: ADMIN.subject });
});
test.afterAll(async () => {
  await everybodyLeaves();
  await real?.stop();
});

const dialog = (page: Page) => page.getByRole("dialog");
const steps = (page: Page) => page.getByRole("region", { name: "Until the first promotion" });
const step = (page: Page, label: string) => steps(page).getByRole("listitem").filter({ hasText: label });

test("set-up ends at an inbox that leads the administrator on, act by act", async ({ browser }) => {
  const page = await as(browser, ADMIN);
  await page.getByLabel("Name", { exact: true }).fill("Meridian Payments");
  const groups = page.getByLabel("Group", { exact: true });
  await groups.nth(0).fill("developers");
  await groups.nth(2).fill("qa");
  await page.getByRole("button", { name: "Finish set-up" }).click();
  await expect(step(page, "People who deliver")).toContainText("done");
  await expect(step(page, "A second administrator")).toContainText("to do");
  await expect(steps(page).getByRole("link", { name: "Set a slot host" })).toBeVisible();
  await expect(steps(page).getByRole("link", { name: "Open a pull request" })).toHaveCount(0);

  await steps(page).getByRole("link", { name: "Add a product" }).click();
  await dialog(page).getByLabel("Name").fill("Cards");
  await dialog(page).getByRole("button", { name: "Add product" }).click();
  await expect(page).toHaveURL(/\/catalog\/cards\?act=repository/);
  await page.goto("/");
  await expect(step(page, "A product")).toContainText("done");
  await steps(page).getByRole("link", { name: "Add or import a repository" }).click();
  await dialog(page).getByLabel("First sprint").fill("2026.40");
  await dialog(page).getByLabel("Component name").fill("Card API");
  await dialog(page).getByRole("button", { name: "Create repository" }).click();
  await expect(dialog(page)).toBeHidden();
  await page.goto("/");
  await expect(step(page, "A repository")).toContainText("done");
  await expect(step(page, "A first pull request")).toContainText("A developer pushes a branch");
});

test("a developer is led to the pull request, and whoever approves is told what will appear", async ({
  browser,
}) => {
  const developer = await as(browser, DEVELOPER);
  await expect(step(developer, "A repository")).toContainText("done");
  await expect(steps(developer).getByRole("link", { name: "Create an access token" })).toBeVisible();
  await expect(steps(developer).getByRole("link", { name: "Add a product" })).toHaveCount(0);
  await expect(steps(developer).getByRole("link", { name: "Clone the repository" })).toHaveAttribute(
    "href",
    "/repositories/cards",
  );
  await steps(developer).getByRole("link", { name: "Open a pull request" }).click();
  await expect(developer).toHaveURL(/\/pull-requests\/new\?repository=cards$/);

  const qa = await as(browser, QA);
  await expect(qa.getByText("What needs your approval appears here by itself")).toBeVisible();
  await expect(steps(qa)).toHaveCount(0);
});

test("with the first promotion the steps are gone", async ({ browser }) => {
  const number = await givenPromotion(real, "awaiting_approval");
  const page = await as(browser, ADMIN);
  await page.goto("/");
  await expect(page.locator(`a[href="/promotions/${number}"]`)).toBeVisible();
  await expect(steps(page)).toHaveCount(0);
  // Of no product that is asked for: a narrowed list says that it is narrowed.
  await page.goto("/promotions?product=cards");
  await expect(page.getByRole("link", { name: "Show every product" })).toBeVisible();
});

test("with sixty clients one searched list takes the place of sixty chips, by keyboard as well", async ({
  browser,
}) => {
  await real.governed(`
    insert into components (product_id, repository_id, key, name, scope) select product_id, id, 'card-vm', 'Card VM', 'client' from repositories where key = 'cards';
    insert into clients (key, name) select 'bank-' || n, 'Bank ' || n from generate_series(1, ${CLIENTS}) n;
    insert into subscriptions (client_id, component_id) select cl.id, c.id from clients cl, components c where c.key = 'card-vm';
    insert into slots (component_id, component_scope, environment_id, is_per_client, client_id)
      select c.id, c.scope, e.id, true, cl.id from components c, environments e, clients cl where c.key = 'card-vm' and e.is_per_client;
    insert into products (key, name) select 'product-' || n, 'Product ' || n from generate_series(1, 10) n`);
  const page = await as(browser, QA);
  await page.goto("/environments");
  const client = page.getByRole("button", { name: /^Client:/ });
  const list = page.getByRole("dialog", { name: "Client" });
  await expect(client).toHaveAccessibleName("Client: Every client");
  await expect(page.getByRole("navigation", { name: "Client" })).toHaveCount(0);
  // A page that has not come alive yet hears no key.
  await expect(async () => {
    // A second one would close what the first has opened.
    if (!(await list.isVisible())) await client.press("Enter");
    await expect(list.getByRole("combobox")).toBeFocused({ timeout: 10_000 });
  }).toPass();
  await expect(list.getByRole("option")).toHaveCount(CLIENTS + 1);
  const { violations } = await new AxeBuilder({ page })
    .include("[role=dialog]")
    .setLegacyMode(true)
    .analyze();
  expect(violations).toEqual([]);
  await list.getByRole("combobox").fill("bank nobody");
  await expect(list.getByRole("status")).toHaveText("None is called that.");
  await list.getByRole("combobox").fill("bank 42");
  await expect(list.getByRole("option")).toHaveText(["Bank 42"]);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/environments\?client=bank-42$/);
  await expect(client).toHaveAccessibleName("Client: Bank 42");
  await expect(client).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(list.getByRole("option", { name: "Bank 42" })).toBeInViewport();
  await page.keyboard.press("Escape");
  await expect(client).toBeFocused();
  await page.goBack();
  await expect(client).toHaveAccessibleName("Client: Every client");

  await page.goto("/promotions?view=done");
  const product = page.getByRole("button", { name: "Product: Every product" });
  await expect(async () => {
    const choice = page.getByRole("dialog", { name: "Product" });
    if (!(await choice.isVisible())) await product.click();
    await expect(choice).toBeVisible({ timeout: 10_000 });
  }).toPass();
  await page.getByRole("option", { name: "Cards", exact: true }).click();
  await expect(page).toHaveURL(/\/promotions\?view=done&product=cards$/);
});

test("on a phone the list fits the screen and its lines a thumb", async ({ browser }) => {
  const page = await as(browser, QA);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto("/environments");
  const list = page.getByRole("dialog", { name: "Client" });
  await expect(async () => {
    if (!(await list.isVisible())) await page.getByRole("button", { name: /^Client:/ }).click();
    await expect(list).toBeVisible({ timeout: 10_000 });
  }).toPass();
  // It is measured above the screen before it is put in its place.
  await expect(list).toBeInViewport({ ratio: 1 });
  const heightOfLine = async () => (await list.getByRole("option").first().boundingBox())?.height;
  await expect.poll(heightOfLine).toBeGreaterThanOrEqual(44);
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await list.getByRole("option", { name: "Bank 7", exact: true }).click();
  await expect(page).toHaveURL(/\/environments\?client=bank-7$/);
});
