import type { Page } from "@playwright/test";
import { givenPromotion } from "./support/given-promotion";
import type { Account } from "./support/identity-provider";
import { pickAccount } from "./support/identity-provider";
import { type RealInstallation, signInAt, startRealInstallation } from "./support/real-installation";
import { expect, test, untilAlive } from "./support/test";

// A real installation with an identity provider of its own: from its first run to what its people settle by hand.
test.describe.configure({ mode: "serial" });

const account = (subject: string, name: string, groups: string[]) => ({
  subject,
  name,
  email: `${subject}@meridian.example`,
  groups,
});
const ADMIN = account("ama", "Ama Owusu", ["staff"]);
const DEVELOPER = account("kofi", "Kofi Mensah", ["developers"]);
const LEAD = account("priya", "Priya Nair", ["leads", "staff"]);
const QA = account("tom", "Tom Becker", ["qa"]);
const STRANGER = account("lena", "Lena Vogt", ["canteen"]);
const INVITED = account("nia", "Nia Obi", []);
/** The developer again, by another way to sign in. */
const SECOND = { ...account("kofi-2", "K. Mensah", []), email: DEVELOPER.email };
const ACCOUNTS: readonly Account[] = [ADMIN, DEVELOPER, LEAD, QA, STRANGER, INVITED, SECOND];

let real: RealInstallation;
let administrator: Page | undefined;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  real = await startRealInstallation({ accounts: ACCOUNTS, administrator: ADMIN.subject });
});
test.afterAll(async () => {
  await real?.stop();
});

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });
/** The menu that says who one is and as what. */
const menuOf = async (page: Page, name: string) => {
  const button = page.getByRole("button", { name: `${name}: your menu` });
  await expect(button).toBeVisible();
  await untilAlive(page);
  await button.click();
  return page.getByRole("menu");
};
const sessionCookie = async (page: Page) =>
  (await page.context().cookies(real.url)).find((cookie) => cookie.name.endsWith("clearway.session"));

test("before set-up nobody but the named administrator gets in, and is told who they are", async ({
  browser,
}) => {
  const page = await signInAt(real, browser, LEAD.name);
  await expect(page.getByText("Clearway is not set up yet")).toBeVisible();
  await expect(page.getByText(`CLEARWAY_ADMIN="${real.provider.issuer} ${LEAD.subject}"`)).toBeVisible();
  expect(await sessionCookie(page)).toBeUndefined();
  expect(await real.sql("select 1 from people")).toEqual([]);
  await page.context().close();
});

test("the first administrator sets the installation up", async ({ browser }) => {
  const page = await signInAt(real, browser, ADMIN.name);
  await expect(heading(page, "Set up Clearway")).toBeVisible();
  await page.goto("/promotions");
  await expect(page).toHaveURL(/\/set-up$/);
  await page.getByRole("button", { name: "Finish set-up" }).click();
  await expect(page.getByText("Say whose installation this is.")).toBeVisible();

  await page.getByLabel("Name", { exact: true }).fill("Meridian Payments");
  const groups = page.getByLabel("Group", { exact: true });
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

for (const [who, role] of [
  [DEVELOPER, "Developer"],
  [LEAD, "Tech lead"],
  [QA, "QA"],
] as const) {
  test(`${who.name} comes in as ${role}, and lands where they wanted to go`, async ({ browser }) => {
    const page = await signInAt(real, browser, who.name, "/environments");
    await expect(page).toHaveURL(`${real.url}/environments`);
    await expect(await menuOf(page, who.name)).toContainText(role);
    const cookie = await sessionCookie(page);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
    const rows = await real.sql(
      "select session_token, user_agent from sessions order by created_at desc limit 1",
    );
    expect(rows[0]?.session_token).not.toContain(cookie?.value);
    expect(rows[0]?.user_agent).toContain("Chrome");
    await page.context().close();
  });
}

test("an unknown group gives no role, and says whom to ask", async ({ browser }) => {
  const page = await signInAt(real, browser, STRANGER.name);
  await expect(heading(page, "You have no role here yet")).toBeVisible();
  await expect(page.getByText("You are in canteen; none of these groups gives a role.")).toBeVisible();
  await expect(page.getByText(`Ask ${ADMIN.name} for one.`)).toBeVisible();
  await page.context().close();
});

test("signing out ends the session here, and offers to do so at the provider", async ({ browser }) => {
  const page = await signInAt(real, browser, STRANGER.name);
  const before = await sessionCookie(page);
  await page.getByRole("main").getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("You are signed out of Clearway")).toBeVisible();
  expect(await sessionCookie(page)).toBeUndefined();
  // A copy of the cookie is worth nothing either.
  const stolen = await page.request.get("/promotions", {
    headers: { cookie: `${before?.name}=${before?.value}` },
    maxRedirects: 0,
  });
  expect(stolen.headers().location).toContain("/sign-in");
  // The provider still knows them: without a question they are back.
  await page.getByRole("link", { name: "Sign in with Meridian ID" }).click();
  await expect(heading(page, "You have no role here yet")).toBeVisible();

  await page.getByRole("main").getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign out there too" }).click();
  await page.getByRole("button", { name: /sign me out/i }).click();
  await expect(page).toHaveURL(`${real.url}/sign-in`);
  await page.getByRole("link", { name: "Sign in with Meridian ID" }).click();
  await expect(page.getByRole("heading", { name: "Who are you?" })).toBeVisible();
  await page.context().close();
});

test("every sign-in has a token of its own, and ends the session before it", async ({ browser }) => {
  const page = await signInAt(real, browser, QA.name);
  const first = await sessionCookie(page);
  const before = await real.sql(
    "select s.id from sessions s join people p on p.id = s.user_id where p.name = $1",
    [QA.name],
  );
  await page.goto("/api/sign-in?next=/environments");
  await expect(page).toHaveURL(`${real.url}/environments`);
  const second = await sessionCookie(page);
  expect(second?.value).not.toBe(first?.value);
  const mine = await real.sql(
    "select s.id from sessions s join people p on p.id = s.user_id where p.name = $1",
    [QA.name],
  );
  expect(mine).toHaveLength(before.length);
  await page.context().close();
});

test("the groups of the next sign-in count: a role is lost with its group", async ({ browser }) => {
  await real.provider.setAccounts(
    ACCOUNTS.map((one) => (one.subject === QA.subject ? { ...one, groups: ["developers"] } : one)),
  );
  const page = await signInAt(real, browser, QA.name);
  const menu = await menuOf(page, QA.name);
  await expect(menu).toContainText("Developer");
  await expect(menu).not.toContainText("QA");
  await page.context().close();
  await real.provider.setAccounts(ACCOUNTS);
});

test("a revoked session is told within five seconds, and what was typed stays", async ({ browser }) => {
  const page = await signInAt(real, browser, DEVELOPER.name);
  // Of this page, not of the one before.
  const stream = page.waitForResponse(
    (answer) => answer.url().includes("live.events") && page.url().endsWith("/access-tokens"),
  );
  await page.goto("/access-tokens");
  await stream;
  await page.getByLabel("What it is for").fill("half of a sentence");
  await real.sql("delete from sessions where user_id = (select id from people where name = $1)", [
    DEVELOPER.name,
  ]);
  const signedOut = page.getByText("You have been signed out.");
  await expect(signedOut).toBeVisible({ timeout: 5_000 });
  // Neither what is sent now nor what is asked for again may take the page away.
  const refused = page.waitForResponse((answer) => answer.url().includes("accessTokens.create"));
  await page.getByRole("button", { name: "Create token" }).click();
  await refused;
  await expect(signedOut).toBeVisible();
  await expect(page.getByLabel("What it is for")).toHaveValue("half of a sentence");

  const [elsewhere] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "Sign in again in a new tab" }).click(),
  ]);
  await elsewhere.getByRole("link", { name: "Sign in with Meridian ID" }).click();
  await expect(heading(elsewhere, "Promotions")).toBeVisible();
  await elsewhere.close();
  await page.bringToFront();
  await page.getByRole("button", { name: "Create token" }).click();
  await expect(page.getByText("Copy it now: it is not shown again")).toBeVisible();
  await page.context().close();
});

test("whom the administrator adds finds the role at their first sign-in", async ({ browser }) => {
  const admin = await signInAt(real, browser, ADMIN.name, "/people");
  administrator = admin;
  await admin.getByRole("button", { name: "Add a person" }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill(INVITED.name);
  await dialog.getByRole("textbox", { name: "E-mail" }).fill(LEAD.email);
  await dialog.getByRole("button", { name: "Add" }).click();
  await expect(dialog.getByText(`${LEAD.name} has this address already.`)).toBeVisible();
  await dialog.getByRole("textbox", { name: "E-mail" }).fill(INVITED.email);
  await dialog.getByRole("button", { name: "Add" }).click();
  await expect(heading(admin, INVITED.name)).toBeVisible();
  await expect(admin.getByText("never signed in").first()).toBeVisible();
  await admin.getByRole("button", { name: "Give a role" }).click();
  await dialog.getByRole("radio", { name: /^Developer/ }).check();
  await dialog.getByRole("textbox", { name: "Why" }).fill("Joins on Monday");
  await dialog.getByRole("button", { name: "Give the role" }).click();
  await expect(dialog).toBeHidden();

  const page = await signInAt(real, browser, INVITED.name, "/environments");
  await expect(await menuOf(page, INVITED.name)).toContainText("Developer");
  await page.context().close();
});

test("another identity with a known address is kept out until an administrator links the two for good", async ({
  browser,
}) => {
  const page = await signInAt(real, browser, SECOND.name);
  await expect(page.getByText("Somebody with your e-mail address is here already")).toBeVisible();

  const admin = administrator ?? (await signInAt(real, browser, ADMIN.name));
  await admin.goto("/people?q=Kofi");
  await admin.getByRole("link", { name: DEVELOPER.name }).click();
  await admin.getByRole("button", { name: `More about ${DEVELOPER.name}` }).click();
  await admin.getByRole("menuitem", { name: "The same as somebody else…" }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByRole("radio", { name: new RegExp(`^${SECOND.name}`) }).check();
  await expect(dialog.getByText(`${DEVELOPER.name} stays, ${SECOND.name} ends`)).toBeVisible();
  await dialog.getByRole("textbox", { name: "Why" }).fill("Both are on one payroll number");
  await dialog.getByRole("textbox", { name: `Type ${SECOND.name} to confirm` }).fill(DEVELOPER.name);
  await dialog.getByRole("button", { name: "Link for good" }).click();
  await expect(dialog.getByText(`Type exactly: ${SECOND.name}`)).toBeVisible();
  await dialog.getByRole("textbox", { name: `Type ${SECOND.name} to confirm` }).fill(SECOND.name);
  await dialog.getByRole("button", { name: "Link for good" }).click();
  await expect(admin.getByText("They are one from here on")).toBeVisible();
  const identities = admin.getByRole("region", { name: "Identities" });
  for (const { subject } of [DEVELOPER, SECOND])
    await expect(identities.getByText(subject, { exact: true })).toBeVisible();

  await page.getByRole("link", { name: "Sign in with Meridian ID" }).click();
  await expect(await menuOf(page, DEVELOPER.name)).toContainText("Developer");
  for (const one of [page, admin]) await one.context().close();
});

test("a policy may ask for a fresh sign-in before a vote", async ({ browser }) => {
  const number = await givenPromotion(real, "awaiting_approval", {
    requiresStepUp: true,
    approvals: [{ key: "lead", name: "Tech lead", roles: ["tech_lead"], minimum: 1 }],
  });
  const page = await signInAt(real, browser, LEAD.name, `/promotions/${number}`);
  // Long ago, as far as anybody knows: the provider did not say when.
  const again = page.getByRole("link", { name: "Sign in again to approve" });
  await expect(again).toBeVisible();
  await expect(page.getByRole("button", { name: "Approve" })).toBeHidden();
  await again.click();
  // It asks, although it knows them.
  await pickAccount(page, LEAD.name);
  await expect(page).toHaveURL(`${real.url}/promotions/${number}`);
  const approve = page.getByRole("button", { name: "Approve" });
  await expect(approve).toBeVisible();
  await untilAlive(page);
  await approve.click();
  await expect(page.getByText(/^Approved\./).first()).toBeVisible();
  const [vote] = await real.sql(
    "select v.authenticated_at > now() - interval '1 minute' as fresh from votes v",
  );
  expect(vote).toEqual({ fresh: true });
  await page.context().close();
});

test("on its card a failed promotion is tried again, and one that was lost sight of is settled", async ({
  browser,
}) => {
  const failed = await givenPromotion(real, "failed");
  const lost = await givenPromotion(real, "unknown");
  const told = (number: number) =>
    real.sql(
      `select payload::jsonb->>'action' as action, payload::jsonb->'actor'->>'name' as by, payload::jsonb->>'reason' as reason
       from audit_events where payload::jsonb->'subject'->>'id' = (select id::text from promotions where number = $1)`,
      [number],
    );
  const page = await signInAt(real, browser, LEAD.name, `/promotions/${failed}`);
  await expect(page.getByText("It could not be carried out")).toBeVisible();
  // No worker runs here, which is said above the page's path and not under it.
  const isAbove = async () => {
    const notice = await page.getByRole("status").filter({ hasText: "No worker is running." }).boundingBox();
    const path = await page.getByRole("navigation", { name: "Breadcrumb" }).boundingBox();
    return notice !== null && path !== null && path.y >= notice.y + notice.height;
  };
  await expect.poll(isAbove).toBe(true);
  const decision = page.getByRole("complementary", { name: "Decision" });
  await decision.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("It goes back to its gates and is tried again.")).toBeVisible();
  await expect(page.getByText("at its gates").first()).toBeVisible();
  await expect(decision.getByRole("button", { name: "Try again" })).toBeHidden();
  expect(await told(failed)).toEqual([{ action: "promotion.retried", by: LEAD.name, reason: null }]);

  await page.goto(`/promotions/${lost}?tab=history`);
  await expect(page.getByText("outcome not known").first()).toBeVisible();
  await page.getByRole("button", { name: "Settle it…" }).click();
  const dialog = page.getByRole("dialog");
  // Nobody knows that it was installed, so nobody has rolled it back.
  await expect(dialog.getByRole("option")).toHaveText(["failed; what ran before may be gone"]);
  await dialog.getByRole("button", { name: "Settle it" }).click();
  await expect(dialog.getByText(/^Say what you found/)).toBeVisible();
  await dialog.getByRole("textbox", { name: "What you found and did" }).fill("The host burned");
  await dialog.getByRole("button", { name: "Settle it" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("It could not be carried out")).toBeVisible();
  await expect(page.getByText("The host burned").first()).toBeVisible();
  await expect(page.getByText(/settled it as failed/).first()).toBeVisible();
  expect(await told(lost)).toEqual([
    { action: "promotion.resolved", by: LEAD.name, reason: "The host burned" },
  ]);
  await page.context().close();
});
