import { as, everybodyLeaves, signIn } from "./support/people";
import { expect, test } from "./support/test";

// Two administrators, somebody who gets a role by both of them, and a session that is ended from elsewhere.
test.describe.configure({ mode: "serial" });

const ASKING = "Nadia Petrova";
const AGREEING = "Omar Siddiqui";
const SOMEBODY = "Charlotte Dubois";

test.afterAll(everybodyLeaves);

test("a role that decides is asked for by one administrator and given by another, and counts at once", async ({
  browser,
}) => {
  const nadia = await as(browser, ASKING);
  const charlotte = await as(browser, SOMEBODY);
  await nadia.goto("/people?q=Charlotte");
  await nadia.getByRole("link", { name: SOMEBODY }).click();
  await nadia.getByRole("button", { name: "Give a role" }).click();
  const dialog = nadia.getByRole("dialog");
  await expect(dialog.getByRole("radio", { name: /Release approver/ })).toBeEnabled();
  await dialog.getByRole("radio", { name: /Release approver/ }).check();
  await expect(dialog.getByText("Another administrator agrees first")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Why" }).fill("Stands in for Grace");
  await dialog.getByRole("button", { name: "Ask for it" }).click();
  await expect(nadia.getByText(/Asked for\. Another administrator agrees/)).toBeVisible();
  const waiting = nadia.getByRole("region", { name: "Waits for a second administrator" });
  await expect(waiting.getByText(/Omar Siddiqui can agree/)).toBeVisible();
  await expect(waiting.getByRole("button", { name: "Agree" })).toHaveCount(0);
  const answer = await nadia.evaluate(async () => {
    const list = await fetch("/api/trpc/people.requests", { headers: { "x-clearway-request": "1" } });
    const { result } = await list.json();
    const mine = result.data.json.items.find(
      (one: { name: string; decision: string | null }) =>
        one.name === "Charlotte Dubois" && one.decision === null,
    );
    const decided = await fetch("/api/trpc/people.decide", {
      method: "POST",
      headers: { "content-type": "application/json", "x-clearway-request": "1" },
      body: JSON.stringify({ json: { requestId: mine.id, decision: "agreed" } }),
    });
    return { status: decided.status, refusal: (await decided.json()).error.json.data.refusal };
  });
  expect(answer).toEqual({ status: 403, refusal: "SECOND_ADMINISTRATOR" });

  const omar = await as(browser, AGREEING);
  await omar.goto("/");
  await omar
    .getByRole("note")
    .filter({ hasText: /access requests? waits? for you/ })
    .getByRole("link")
    .click();
  const request = omar.getByRole("listitem").filter({ hasText: SOMEBODY });
  await expect(request.getByText(/asked for by Nadia Petrova/)).toBeVisible();
  await request.getByRole("button", { name: "Agree" }).click();
  await expect(omar.getByText("The role is given")).toBeVisible();
  // The other administrator's page follows by itself.
  const roles = nadia.getByRole("region", { name: "Roles" });
  await expect(roles.getByText(/agreed to by Omar Siddiqui/)).toBeVisible();

  await charlotte.goto("/promotions?view=waits-for-me");
  await charlotte.locator("[data-row-link]").first().click();
  await expect(charlotte.getByRole("button", { name: /^Approve/ })).toBeVisible();
  await expect(charlotte.getByText(/Your role counts as/)).toBeVisible();
});

test("a revoked role counts no longer, and giving it again takes two again", async ({ browser }) => {
  const nadia = await as(browser, ASKING);
  const charlotte = await as(browser, SOMEBODY);
  await nadia.goto("/people?q=Charlotte");
  await nadia.getByRole("link", { name: SOMEBODY }).click();
  const held = nadia.getByRole("listitem").filter({ hasText: "Release approver" }).first();
  await held.getByRole("button", { name: "Revoke" }).click();
  const dialog = nadia.getByRole("dialog");
  await expect(dialog.getByText(/another administrator has to agree/)).toBeVisible();
  await dialog.getByRole("textbox", { name: "Why" }).fill("Grace is back");
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await expect(nadia.getByRole("button", { name: "Ask for it anew" })).toBeVisible();
  await charlotte.goto("/promotions?view=waits-for-me");
  await expect(charlotte.getByText("No promotion waits for you", { exact: true })).toBeVisible();
  await expect(charlotte.locator("[data-row-link]")).toHaveCount(0);
});

test("what a group means counts at once or, where it decides, when another administrator agrees", async ({
  browser,
}) => {
  const [nadia, omar] = [await as(browser, ASKING), await as(browser, AGREEING)];
  await nadia.goto("/people?tab=groups");
  const dialog = nadia.getByRole("dialog");
  const row = (group: string) => nadia.getByRole("row").filter({ hasText: group });
  const add = async (group: string, role: RegExp, verb: string) => {
    await nadia.getByRole("button", { name: "Add a row" }).click();
    await dialog.getByRole("textbox", { name: "Group" }).fill(group);
    await dialog.getByRole("radio", { name: role }).check();
    await dialog.getByRole("textbox", { name: "Why" }).fill("As the directory has it");
    await dialog.getByRole("button", { name: verb }).click();
    await expect(dialog).toBeHidden();
  };
  await add("guests", /^Viewer/, "Give the role");
  await expect(row("guests")).toContainText("nobody yet");
  await add("testers", /^QA/, "Ask for it");
  await expect(nadia.getByText(/Asked for\. Another administrator agrees/)).toBeVisible();
  await expect(row("testers")).toHaveCount(0);
  const waiting = nadia.getByRole("listitem").filter({ hasText: "testers" });
  await expect(waiting).toContainText("asked for by Nadia Petrova");
  await expect(nadia.getByRole("link", { name: /^Requests\s*\d+$/ })).toBeVisible();
  await expect(nadia.getByRole("link", { name: "Open requests" })).toHaveAttribute(
    "href",
    "/people?tab=requests",
  );

  await omar.goto("/people?tab=requests");
  const request = omar.getByRole("listitem").filter({ hasText: "Group testers" });
  await expect(request.getByText(/whoever signs in with it has the role/)).toBeVisible();
  await request.getByRole("button", { name: "Agree" }).click();
  // The table of whoever asked follows by itself.
  await expect(row("testers")).toContainText("Nadia Petrova and Omar Siddiqui");
  await expect(waiting).toHaveCount(0);

  await row("guests").getByRole("button", { name: "Revoke" }).click();
  await dialog.getByRole("textbox", { name: "Why" }).fill("No guests any more");
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await expect(row("guests")).toHaveCount(0);
  await nadia.getByRole("button", { name: "Undo" }).click();
  await expect(row("guests")).toContainText("Viewer");
});

test("an administrator is not offered a role that decides, and nobody themselves", async ({ browser }) => {
  const nadia = await as(browser, ASKING);
  await nadia.goto("/people?q=Omar");
  await nadia.getByRole("link", { name: AGREEING }).click();
  await nadia.getByRole("button", { name: "Give a role" }).click();
  const option = nadia.getByRole("dialog").getByRole("radio", { name: /Release approver.*administers/ });
  await expect(option).toHaveAttribute("aria-disabled", "true");
  await nadia.keyboard.press("Escape");
  await nadia.goto("/people?q=Nadia");
  await nadia.getByRole("link", { name: ASKING }).click();
  await expect(nadia.getByRole("button", { name: "Give a role" })).toHaveAttribute("aria-disabled", "true");
});

test("a name and an address are corrected and set back, and an address that somebody has is refused", async ({
  browser,
}) => {
  const nadia = await as(browser, ASKING);
  await nadia.goto("/people?add=typo%40meridian.example");
  const dialog = nadia.getByRole("dialog");
  await expect(dialog.getByRole("textbox", { name: "E-mail" })).toHaveValue("typo@meridian.example");
  await dialog.getByRole("textbox", { name: "Name" }).fill("Tpyo Person");
  await dialog.getByRole("button", { name: "Add" }).click();
  await expect(nadia.getByRole("heading", { level: 1, name: "Tpyo Person" })).toBeVisible();

  const edit = async () => {
    await nadia.getByRole("button", { name: /^More about/ }).click();
    await nadia.getByRole("menuitem", { name: "Edit…" }).click();
  };
  await edit();
  await dialog.getByRole("textbox", { name: "Name" }).fill("Typo Person");
  await dialog.getByRole("textbox", { name: "E-mail" }).fill("nadia.petrova@meridian.example");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText(`${ASKING} has this address already.`)).toBeVisible();
  await dialog.getByRole("textbox", { name: "E-mail" }).fill("right@meridian.example");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(nadia.getByRole("heading", { level: 1, name: "Typo Person" })).toBeVisible();
  await expect(nadia.getByText("right@meridian.example")).toBeVisible();
  await nadia.getByRole("button", { name: "Undo" }).click();
  await expect(nadia.getByRole("heading", { level: 1, name: "Tpyo Person" })).toBeVisible();

  await nadia.getByRole("button", { name: /^More about/ }).click();
  await nadia.getByRole("menuitem", { name: "The same as somebody else…" }).click();
  const who = dialog.getByRole("group", { name: "Who it is" });
  await dialog.getByRole("searchbox", { name: "Find them" }).fill("charlotte.dubois@");
  await expect(who.getByRole("listitem")).toHaveText([new RegExp(`^${SOMEBODY}`)]);
  await nadia.keyboard.press("Escape");
});

test("an ended session's tab says so within five seconds, and goes no further", async ({ browser }) => {
  const nadia = await as(browser, ASKING);
  const tab = await signIn(browser, "Seun Adeyemi");
  await nadia.goto("/people?q=Seun");
  await nadia.getByRole("link", { name: "Seun Adeyemi" }).click();
  const sessions = nadia.getByRole("region", { name: "Sessions" });
  await sessions.getByRole("button", { name: /^End/ }).first().click();
  await expect(tab.getByText("You have been signed out.")).toBeVisible({ timeout: 5_000 });
  await tab.getByRole("link", { name: "Environments" }).click();
  await expect(tab).toHaveURL(/\/sign-in/);
  await expect(sessions.getByText("Not signed in anywhere.")).toBeVisible();
  await tab.context().close();
});

test("one's own account shows this session, and everybody else's addresses stay theirs", async ({
  browser,
}) => {
  const charlotte = await as(browser, SOMEBODY);
  await charlotte.goto("/people/me");
  await expect(charlotte.getByText("this one")).toBeVisible();
  await charlotte.goto("/people?q=Nadia");
  await charlotte.getByRole("link", { name: ASKING }).click();
  await expect(charlotte.getByRole("heading", { level: 1, name: ASKING })).toBeVisible();
  await expect(charlotte.getByText(/@meridian\.example/)).toHaveCount(0);
  await expect(charlotte.getByRole("region", { name: "Sessions" })).toHaveCount(0);
});
