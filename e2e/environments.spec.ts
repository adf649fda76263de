import type { Page } from "@playwright/test";
import { as, everybodyLeaves } from "./support/people";
import { expect, test } from "./support/test";

/** Gates are looked at by the worker. */
const GATES = { timeout: 45_000 };

// An environment is added, closed and retired again; a slot is held; a release is withdrawn. What is added goes again.
test.describe.configure({ mode: "serial" });

const ADMIN = "Nadia Petrova";
const LEAD = "Marcus Oyelaran";

test.afterAll(everybodyLeaves);

async function openMenu(page: Page, environment: string, item: string | RegExp): Promise<void> {
  await page.getByRole("button", { name: `More for ${environment}` }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

test("an administrator adds Staging between QA and UAT with a copy of QA's policy, and it is in the matrix", async ({
  browser,
}) => {
  const admin = await as(browser, ADMIN);
  await admin.goto("/environments");
  await admin.getByRole("link", { name: "Edit environments" }).click();
  await admin.getByRole("button", { name: "Add after QA" }).click();
  const dialog = admin.getByRole("dialog", { name: "Add an environment" });
  await dialog.getByLabel("Name", { exact: true }).fill("Staging");
  await expect(dialog.getByLabel("Key")).toHaveValue("staging");
  await dialog.getByLabel("Policy").selectOption({ label: "a copy of what QA asks for" });
  await dialog.getByRole("button", { name: "Add environment" }).click();
  await expect(dialog).toBeHidden();
  const rows = admin.locator("[data-environment]");
  await expect(rows.nth(1)).toContainText("QA");
  await expect(rows.nth(2)).toContainText("Staging");
  await expect(rows.nth(2)).toContainText("Asks for 1 of QA");
  await expect(rows.nth(3)).toContainText("UAT");
  await expect(
    admin.getByText("UAT's policy asks for what is verified in QA, not in Staging."),
  ).toBeVisible();
  await admin.reload();
  await expect(admin.getByText("A change can go past QA and Staging")).toBeVisible();
  await admin.getByRole("link", { name: "Edit UAT's policy" }).click();
  await expect(admin.getByText("Must now be verified in Staging")).toBeVisible();
  await admin.goto("/environments");
  await expect(admin.getByRole("columnheader", { name: /^Staging/ })).toBeVisible();
});

test("another environment begins closed, and says so", async ({ browser }) => {
  const admin = await as(browser, ADMIN);
  await admin.goto("/environments/manage");
  await admin.getByRole("button", { name: "Add environment…" }).click();
  const dialog = admin.getByRole("dialog", { name: "Add an environment" });
  await dialog.getByLabel("Name", { exact: true }).fill("Disaster recovery");
  await dialog.getByLabel("Slot host").fill("https://169.254.169.254/");
  await dialog.getByRole("button", { name: "Add environment" }).click();
  await expect(dialog.getByRole("alert")).toContainText("metadata address");
  await dialog.getByLabel("Slot host").fill("demonstration:");
  await dialog.getByRole("button", { name: "Add environment" }).click();
  await expect(admin.locator("[data-environment=disaster-recovery]")).toContainText("Closed");
  const lead = await as(browser, LEAD);
  await lead.goto("/environments");
  await expect(lead.getByRole("columnheader", { name: /^Disaster recovery/ })).toContainText("closed");
});

test("moving an environment is told, and can be undone", async ({ browser }) => {
  const admin = await as(browser, ADMIN);
  await admin.goto("/environments/manage");
  const rows = admin.locator("[data-environment]");
  await admin.getByRole("button", { name: "Move Staging up" }).click();
  await expect(admin.getByText("Staging comes before QA now")).toBeVisible();
  await expect(rows.nth(1)).toContainText("Staging");
  await admin.getByRole("button", { name: "Undo" }).click();
  await expect(rows.nth(2)).toContainText("Staging");
});

test("closing takes a reason and can be undone, and retiring takes both out of the matrix, but for the filter", async ({
  browser,
}) => {
  const admin = await as(browser, ADMIN);
  await admin.goto("/environments/manage");
  const staging = admin.locator("[data-environment=staging]");
  const close = async () => {
    await openMenu(admin, "Staging", "Another policy, or close…");
    const bind = admin.getByRole("dialog", { name: "What decides over Staging" });
    await expect(bind.getByText("Asks for 1 of QA", { exact: true })).toBeVisible();
    await bind.getByLabel("Policy").selectOption({ label: "None: closed" });
    await bind.getByLabel("Why").fill("It was for a trial");
    await bind.getByRole("button", { name: "Close Staging" }).click();
    await expect(staging).toContainText("Closed");
  };
  await close();
  await admin.getByRole("button", { name: "Undo" }).click();
  await expect(staging).toContainText("Asks for 1 of QA");
  await close();
  for (const name of ["Staging", "Disaster recovery"]) {
    await openMenu(admin, name, "Retire…");
    const dialog = admin.getByRole("dialog", { name: `Retire ${name}` });
    await expect(dialog).toContainText("it is not brought back");
    await dialog.getByLabel("Why").fill("It was for a trial");
    await dialog.getByRole("button", { name: `Retire ${name}` }).click();
    await expect(dialog).toBeHidden();
  }
  await expect(admin.getByRole("heading", { name: "Retired" })).toBeVisible();
  await admin.goto("/environments");
  const column = admin.getByRole("columnheader", { name: /^Staging/ });
  await expect(column).toHaveCount(0);
  await admin.getByRole("link", { name: /With retired/ }).click();
  await expect(column).toContainText("retired");
});

test("an environment that policies ask for is not retired, and the menu says which", async ({ browser }) => {
  const admin = await as(browser, ADMIN);
  await admin.goto("/environments/manage");
  await admin.getByRole("button", { name: "More for UAT" }).click();
  await expect(admin.getByRole("menuitem", { name: /Retire/ })).toContainText("verified there");
  await admin.keyboard.press("Escape");
});

test("a deployment to a held slot waits with the reason, and goes on when it is released", async ({
  browser,
}) => {
  const lead = await as(browser, LEAD);
  await lead.goto("/environments?product=lending");
  await lead.getByRole("link", { name: /^statement-vm in Borealis Production:/ }).click();
  const drawer = lead.getByRole("dialog", { name: /statement-vm in Borealis/ });
  await drawer.getByRole("button", { name: "Hold…" }).click();
  const hold = lead.getByRole("dialog", { name: /^Hold statement-vm/ });
  await hold.getByRole("button", { name: "Hold", exact: true }).click();
  await expect(hold.getByRole("alert")).toContainText("Say why");
  await hold.getByLabel("Why").fill("Borealis audits this week");
  await hold.getByRole("button", { name: "Hold", exact: true }).click();
  await expect(drawer.getByText("Borealis audits this week").first()).toBeVisible();

  await drawer.getByRole("button", { name: "Promote…" }).click();
  await lead.getByRole("button", { name: "Ask for promotion" }).click();
  const link = lead.getByRole("link", { name: /Open promotion #\d+/ });
  const href = (await link.getAttribute("href")) ?? "";
  await lead.goto(href);
  await expect(lead.getByText(`${LEAD} holds this slot: Borealis audits this week`).first()).toBeVisible(
    GATES,
  );

  await lead.goto("/environments?product=lending");
  const cell = lead.getByRole("link", { name: /^statement-vm in Borealis Production:/ });
  await expect(cell).toContainText("held");
  await cell.click();
  await drawer.getByRole("button", { name: "Release…" }).click();
  const release = lead.getByRole("dialog", { name: /^Release statement-vm/ });
  await release.getByLabel("Why").fill("The audit is over");
  await release.getByRole("button", { name: "Release", exact: true }).click();
  await expect(drawer.getByRole("button", { name: "Hold…" })).toBeVisible();
  await lead.goto(href);
  await expect(lead.getByText("Nobody holds this slot.")).toBeVisible(GATES);

  await lead.getByRole("button", { name: "Cancel the request…" }).click();
  await lead.getByRole("dialog").getByRole("button", { name: "Cancel the request" }).click();
  await expect(lead.getByText(/cancelled/i).first()).toBeVisible();

  const chosen = lead
    .getByRole("dialog", { name: /^Promote statement-vm/ })
    .getByRole("radio", { checked: true });
  await lead.getByRole("link", { name: "Ask again…" }).click();
  await expect(lead).toHaveURL(/promote=/);
  await expect(chosen).toHaveValue(new URL(lead.url()).searchParams.get("promote") ?? "none");
  await lead.getByRole("button", { name: "Keep it as it is" }).click();
  await expect(lead).not.toHaveURL(/promote=/);
});

test("a rollback takes its release out of one slot unless more is chosen, its card says which, and nobody asks twice", async ({
  browser,
}) => {
  const lead = await as(browser, LEAD);
  await lead.goto("/environments?product=payments");
  await lead.getByRole("link", { name: /^payout-vm in Acme Production:/ }).click();
  const drawer = lead.getByRole("dialog", { name: /payout-vm in Acme/ });
  const dialog = lead.getByRole("dialog", { name: /^Roll payout-vm/ });
  const ask = async (choose?: RegExp) => {
    await drawer.getByRole("button", { name: "Roll back…" }).click();
    await expect(dialog.getByText(/last put here .* built/).first()).toBeVisible();
    await expect(dialog.getByLabel("Only out of this slot")).toBeChecked();
    if (choose) await dialog.getByLabel(choose).check();
    await dialog.getByLabel("Reason").fill("Acme's cutoff is wrong");
    await dialog.getByRole("button", { name: "Ask for rollback" }).click();
  };
  const backToSlot = async () => {
    await lead.goto("/environments?product=payments");
    await lead.getByRole("link", { name: /^payout-vm in Acme Production:/ }).click();
  };
  await ask();
  await expect(lead).toHaveURL(/\/promotions\/\d+$/);
  await expect(lead.getByText(/leaves only this slot/)).toBeVisible();
  const [number] = /\d+$/.exec(new URL(lead.url()).pathname) ?? [];

  await backToSlot();
  await ask();
  await expect(dialog.getByRole("alert")).toContainText(`#${number} asks for this already`);
  await dialog.getByRole("link", { name: `Open #${number}` }).click();
  await expect(lead).toHaveURL(new RegExp(`/promotions/${number}$`));

  // With the other choice it is another request, and takes the place of the first.
  await backToSlot();
  await ask(/^Withdraw it everywhere/);
  await expect(lead).toHaveURL(/\/promotions\/\d+$/);
  await expect(lead.getByText(/is withdrawn everywhere, for good/)).toBeVisible();
  await expect(lead.getByText(/Nobody can ask for it again, in any environment/)).toBeVisible();
  await lead.getByRole("button", { name: "Cancel the request…" }).click();
  await lead.getByRole("dialog").getByRole("button", { name: "Cancel the request" }).click();
  await expect(lead.getByText(/cancelled/i).first()).toBeVisible();
});

test("a release is withdrawn for good after its version was typed, and the list says why", async ({
  browser,
}) => {
  const lead = await as(browser, LEAD);
  await lead.goto("/releases?product=lending");
  await lead
    .locator("[data-rows] tr")
    .filter({ hasText: "nowhere now" })
    .locator("[data-row-link]")
    .first()
    .click();
  await expect(lead).toHaveURL(/\/releases\/lending\//);
  const version = decodeURIComponent(new URL(lead.url()).pathname.split("/").at(-1) ?? "");
  await lead.getByRole("button", { name: "Withdraw…" }).click();
  const dialog = lead.getByRole("dialog", { name: `Withdraw ${version}` });
  await expect(dialog).toContainText("a withdrawal is never undone");
  await dialog.getByLabel("Why").fill("Rounds interest down");
  await dialog.getByLabel(/to confirm/).fill("2026.1.1");
  await dialog.getByRole("button", { name: "Withdraw for good" }).click();
  await expect(dialog.getByRole("alert")).toContainText(version);
  await dialog.getByLabel(/to confirm/).fill(version);
  await dialog.getByRole("button", { name: "Withdraw for good" }).click();
  await expect(dialog).toBeHidden();
  await expect(lead.getByText("Rounds interest down").first()).toBeVisible();
  await expect(lead.getByRole("button", { name: "Withdraw…" })).toHaveCount(0);
  await lead.goto("/releases?state=withdrawn&product=lending");
  await expect(lead.locator("[data-rows] tr").filter({ hasText: version }).first()).toContainText(
    "Rounds interest down",
  );
});
