import { expect, type Page, test } from "@playwright/test";
import { type Account, pickAccount } from "./support/identity-provider";
import { type RealInstallation, signInAt, startRealInstallation } from "./support/real-installation";

// A real installation with an identity provider of its own: from its first run to a revoked session.
test.describe.configure({ mode: "serial" });

const ADMIN = { subject: "u-1", name: "Ama Owusu", email: "ama@meridian.example", groups: ["staff"] };
const DEVELOPER = {
  subject: "u-2",
  name: "Kofi Mensah",
  email: "kofi@meridian.example",
  groups: ["developers"],
};
const LEAD = {
  subject: "u-3",
  name: "Priya Nair",
  email: "priya@meridian.example",
  groups: ["leads", "staff"],
};
const QA = { subject: "u-4", name: "Tom Becker", email: "tom@meridian.example", groups: ["qa"] };
const STRANGER = { subject: "u-5", name: "Lena Vogt", email: "lena@meridian.example", groups: ["canteen"] };
const ACCOUNTS: readonly Account[] = [ADMIN, DEVELOPER, LEAD, QA, STRANGER];

let real: RealInstallation;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  real = await startRealInstallation({ accounts: ACCOUNTS, administrator: ADMIN.subject });
});
test.afterAll(async () => {
  await real?.stop();
});

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });

test("before set-up nobody but the named administrator gets in, and is told who they are", async ({
  browser,
}) => {
  const page = await signInAt(real, browser, LEAD.name);
  await expect(page.getByText("Clearway is not set up yet")).toBeVisible();
  await expect(page.getByText(`CLEARWAY_ADMIN="${real.provider.issuer} ${LEAD.subject}"`)).toBeVisible();
  expect(await real.sql("select 1 from people")).toEqual([]);
  await page.context().close();
});

test("the first administrator sets the installation up", async ({ browser }) => {
  const page = await signInAt(real, browser, ADMIN.name);
  await expect(heading(page, "Set up Clearway")).toBeVisible();
  // No other page is there before.
  await page.goto("/promotions");
  await expect(page).toHaveURL(/\/set-up$/);
  await page.getByRole("button", { name: "Finish set-up" }).click();
  await expect(page.getByText("Say whose installation this is.")).toBeVisible();

  await page.getByLabel("Name", { exact: true }).fill("Meridian Payments");
  const groups = page.getByLabel("Group");
  await groups.nth(0).fill("developers");
  await groups.nth(1).fill("leads");
  await groups.nth(2).fill("qa");
  await page.getByRole("button", { name: "Finish set-up" }).click();
  await expect(heading(page, "Promotions")).toBeVisible();
  await page.goto("/set-up");
  await expect(heading(page, "Promotions")).toBeVisible();
  expect(await real.sql("select group_name, role, scope_kind from group_roles order by group_name")).toEqual([
    { group_name: "developers", role: "developer", scope_kind: "organisation" },
    { group_name: "leads", role: "tech_lead", scope_kind: "organisation" },
    { group_name: "qa", role: "qa", scope_kind: "organisation" },
  ]);
  await page.context().close();
});

test("people come in with the roles of their groups", async ({ browser }) => {
  for (const [account, role] of [
    [DEVELOPER, "Developer"],
    [LEAD, "Tech lead"],
    [QA, "QA"],
  ] as const) {
    const page = await signInAt(real, browser, account.name, "/environments");
    await expect(page).toHaveURL(/\/environments$/);
    await expect(page.getByText(role, { exact: true }).first()).toBeVisible();
    await page.context().close();
  }
});

test("an unknown group gives no role, and says whom to ask", async ({ browser }) => {
  const page = await signInAt(real, browser, STRANGER.name);
  await expect(heading(page, "You have no role here yet")).toBeVisible();
  await expect(
    page.getByText(`You are in canteen; none of these groups gives a role. Ask ${ADMIN.name}`),
  ).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await expect(page.getByText("You are signed out of Clearway")).toBeVisible();
  await page.context().close();
});
