import type { Page } from "@playwright/test";
import { expectInvariants } from "./support/evidence";
import { createAccessToken } from "./support/people";
import { type Clone, cloneAs } from "./support/plain-git";
import { holdStill } from "./support/processes";
import {
  approve as approveOnCard,
  ask,
  expectOnMaster,
  expectStanding,
  newestVersion,
  openPullRequest as openByForm,
  openFromInbox,
} from "./support/promotions";
import { type RealInstallation, signedInAt, startRealInstallation } from "./support/real-installation";
import { type Role, startRole } from "./support/roles";
import { expect, test } from "./support/test";

// The journey of the product as an organisation has it: people come in by their own identity provider, two webs and two
// workers stand behind a plain proxy, and one of each is killed on the way.
test.describe.configure({ mode: "serial" });

const person = (subject: string, name: string, ...groups: string[]) => ({
  subject,
  name,
  email: `${name.split(" ")[0]?.toLowerCase()}@ember.example`,
  groups,
});
const ADMIN = person("e-1", "Ines Okafor", "platform");
const AUTHOR = person("e-2", "Daniel Reyes", "developers");
const LEAD = person("e-3", "Yuki Tanaka", "leads");
const QA = person("e-4", "Sofia Lindqvist", "qa");
const APPROVER = person("e-5", "Omar Haddad", "release");
/** Signed in as everybody is, and of another product. */
const STRANGER = person("e-6", "Noor Aziz", "ledger");
const SPRINT = "sprint/2026.40";

let real: RealInstallation;
let slotHost: Role;
let clone: Clone;
let token = "";
const approved: { number: number; name: string }[] = [];
const requested: number[] = [];
const { as, everybodyLeaves } = signedInAt(() => real);

test.beforeAll(async () => {
  test.setTimeout(120_000);
  real = await startRealInstallation({
    accounts: [ADMIN, AUTHOR, LEAD, QA, APPROVER, STRANGER],
    administrator: ADMIN.subject,
    webs: 2,
    workers: 2,
    env: { CLEARWAY_LEASE_SECONDS: "4" },
  });
  slotHost = startRole("slot-host", real.env);
});
test.afterAll(async () => {
  clone?.remove();
  await everybodyLeaves();
  await slotHost?.kill();
  await real?.stop();
});

const dialog = (page: Page) => page.getByRole("dialog");

/** A feature branch with one commit, pushed by a plain git client through the proxy. */
function push(slug: string, files: Record<string, string>): string {
  const branch = `feature/2026.40/CARD-1-${slug}`;
  clone.git("fetch", "--quiet");
  clone.git("switch", "--quiet", "--create", branch, `origin/${SPRINT}`);
  clone.commit(`CARD-1 ${slug}`, files);
  clone.git("push", "--quiet", "origin", "HEAD");
  return branch;
}

/** What a person clicked and saw confirmed is kept: it must still be there at the end. */
async function approve(page: Page, { name }: { name: string }, number: number): Promise<void> {
  await approveOnCard(page, number);
  approved.push({ number, name });
}

async function openPullRequest(...asked: Parameters<typeof openByForm>): Promise<number> {
  const number = await openByForm(...asked);
  requested.push(number);
  return number;
}

test("the administrator comes in by the provider, sets up and adds what is delivered", async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const page = await as(browser, ADMIN);
  await page.getByLabel("Name", { exact: true }).fill("Ember Bank");
  const groups = page.getByLabel("Group", { exact: true });
  for (const [at, group] of ["developers", "leads", "qa", "release"].entries())
    await groups.nth(at).fill(group);
  await page.getByLabel("Slot host").fill(real.env.CLEARWAY_SLOT_HOST_URL ?? "");
  await page.getByLabel("Run pipelines on this machine").check();
  await page.getByRole("button", { name: "Finish set-up" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Promotions" })).toBeVisible();

  await page.goto("/catalog");
  await page.getByRole("link", { name: "Add product" }).first().click();
  await dialog(page).getByLabel("Name").fill("Cards");
  await dialog(page).getByRole("button", { name: "Add product" }).click();
  await expect(page).toHaveURL(/\/catalog\/cards\?act=repository/);
  await dialog(page).getByLabel("First sprint").fill("2026.40");
  await dialog(page).getByLabel("Component name").fill("Card API");
  await dialog(page).getByRole("button", { name: "Create repository" }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByText(SPRINT).first()).toBeVisible({ timeout: 30_000 });
});

test("a developer pushes through the proxy, and nobody approves their own", async ({ browser }) => {
  test.setTimeout(120_000);
  const author = await as(browser, AUTHOR);
  token = await createAccessToken(author, "Laptop");
  clone = cloneAs(AUTHOR, real.url, "cards", token);
  const branch = push("own-work", { "docs/own.md": "mine\n" });
  const number = await openPullRequest(author, "cards", branch, SPRINT, "CARD-1 Own work");
  await author.goto(`/promotions/${number}`);
  const reasons = author.getByRole("listitem").filter({ hasText: "your approval would not count" });
  await expect(reasons).toBeVisible();
  await expectStanding(author, number, "waits for 1 more approval");
  await expect(author.getByRole("button", { name: "Approve" })).toBeDisabled();
  type Card = { promotion: { id: string; revision: number }; revision: { subjectDigest: string } };
  const { promotion, revision } = await ask<Card>(author, "promotions.get", { number });
  const input = {
    promotionId: promotion.id,
    revision: promotion.revision,
    subjectDigest: revision.subjectDigest,
    decision: "approve",
  };
  const refused = await author.request.post("/api/trpc/promotions.vote", {
    headers: { "x-clearway-request": "1", origin: real.url },
    data: { json: input },
  });
  expect(refused.status()).toBe(403);
  expect(JSON.stringify(await refused.json())).toContain("FOUR_EYES");
});

test("a change travels to production by the clicks of four people, while a web and a worker are killed", async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const [author, lead, qa, approver] = [
    await as(browser, AUTHOR),
    await as(browser, LEAD),
    await as(browser, QA),
    await as(browser, APPROVER),
  ];
  // The repository's first commit makes a release of its own, sooner or later.
  const version = () => newestVersion(lead, "cards");
  await expect.poll(version, { timeout: 60_000 }).not.toBe("");
  const first = await version();
  const [doomed, heir] = real.workers;
  if (!doomed || !heir) throw new Error("Two workers were asked for.");
  // The one that dies has the job in hand: the other is held still until it has.
  const letGo = await holdStill([heir.pid], real.databaseUrl);
  const branch = push("card-limits", { "docs/limits.md": "A card has a limit.\n" });
  const inHand = () =>
    real.sql("select 1 from pipeline_jobs where state = 'running' and lease_until is not null");
  // Looked for from before the merge is asked for: its run may be over when the page has gone on.
  const [feature] = await Promise.all([
    openPullRequest(author, "cards", branch, SPRINT, "CARD-1 Card limits"),
    expect
      .poll(inHand, { timeout: 60_000, intervals: [50] })
      .not.toEqual([])
      .then(() => doomed.kill()),
  ]);
  letGo();
  await lead.goto(`/promotions/${feature}`);
  // The dead worker's lease runs out before another begins the job again.
  await expect(lead.getByRole("button", { name: "Approve" })).toBeEnabled({ timeout: 90_000 });
  await approve(lead, LEAD, feature);
  await expectStanding(lead, feature, "merged");

  await expect.poll(version, { timeout: 60_000 }).not.toBe(first);
  const sealed = await version();
  for (const environment of ["QA", "UAT"]) {
    const number = await openFromInbox(qa, `card-api ${sealed} to ${environment}`);
    await approve(qa, QA, number);
    await expectStanding(qa, number, "deployed");
    // Between two clicks: the tab that is open goes on by the other one.
    if (environment === "QA") await real.webs[0]?.kill();
  }

  const toMaster = await openPullRequest(lead, "cards", SPRINT, "master", "Sprint to master");
  await approve(approver, APPROVER, toMaster);
  await approve(qa, QA, toMaster);
  await expectStanding(lead, toMaster, "merged");
  await expectOnMaster(lead, "cards", sealed);

  await lead.goto("/environments?product=cards");
  await lead
    .getByRole("link", { name: /card-api.*Production/ })
    .first()
    .click();
  await lead.getByRole("button", { name: "Promote…" }).click();
  await lead.getByRole("button", { name: "Ask for promotion" }).click();
  const link = lead.getByRole("link", { name: /Open promotion #\d+/ });
  const toProduction = Number(/#(\d+)/.exec((await link.textContent()) ?? "")?.[1]);
  requested.push(toProduction);
  await approve(approver, APPROVER, toProduction);
  await approve(qa, QA, toProduction);
  await expectStanding(lead, toProduction, "deployed");

  // One merge each, one installation each, whoever was killed: as the repository itself tells it.
  clone.git("fetch", "--quiet");
  const merges = clone.git("log", "--merges", "--format=%s", "origin/master").split("\n");
  expect(merges.filter((subject) => subject.includes("card-limits"))).toHaveLength(1);
});

test("the next change that does not answer its check is rolled back by itself", async ({ browser }) => {
  test.setTimeout(180_000);
  await real.restartWeb(0);
  real.restartWorker(0);
  const author = await as(browser, AUTHOR);
  const lead = await as(browser, LEAD);
  const before = await newestVersion(lead, "cards");
  const pipeline = clone.git("show", `origin/${SPRINT}:.clearway/pipeline.yaml`);
  const branch = push("broken", {
    ".clearway/pipeline.yaml": `${pipeline.replace('"status":"ok"', '"status":"failing"')}\n`,
  });
  const feature = await openPullRequest(author, "cards", branch, SPRINT, "CARD-1 Broken");
  await approve(lead, LEAD, feature);
  await expectStanding(lead, feature, "merged");
  await expect.poll(() => newestVersion(lead, "cards"), { timeout: 60_000 }).not.toBe(before);
  const version = await newestVersion(lead, "cards");
  await lead.goto("/promotions?view=all");
  await lead
    .getByRole("link", { name: `card-api ${version} to Dev` })
    .first()
    .click({ timeout: 45_000 });
  await expect(lead.getByText("rolled back").first()).toBeVisible({ timeout: 60_000 });
});

test("after all that nothing is lost, done twice, stuck, unaudited or told to a stranger", async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const stranger = await as(browser, STRANGER);
  await real.governed(
    `insert into products (key, name) values ('ledger', 'Ledger');
     insert into grants (person_id, role, scope_kind, scope_id, origin, granted_by_id)
       select pe.id, 'auditor', 'product', pr.id, 'person', ad.id from people pe, people ad, products pr
        where pe.name = '${STRANGER.name}' and ad.name = '${ADMIN.name}' and pr.key = 'ledger'`,
  );
  const author = await as(browser, AUTHOR);
  await author.goto("/promotions?view=all");
  await expectInvariants(real, {
    approved,
    requested,
    secrets: [token],
    answers: [await author.content()],
    stranger,
    names: ["card-api", "CARD-1", "card-limits"],
  });
  expect(approved).toHaveLength(8);
  expect(requested).toHaveLength(5);
});
