import { as, createAccessToken, everybodyLeaves } from "./support/people";
import { type Clone, cloneAs } from "./support/plain-git";
import { holdStill, processesOfRole } from "./support/processes";
import {
  approve,
  ask,
  expectOnMaster,
  expectStanding,
  newestVersion,
  openFromInbox,
  openPullRequest,
} from "./support/promotions";
import { environmentOf } from "./support/roles";
import { expect, test } from "./support/test";

// The journey of the product: what four people click in the browser is really merged, built, installed and rolled back.
test.describe.configure({ mode: "serial" });

const AUTHOR = { name: "Kwame Boateng", email: "kwame.boateng@meridian.example" };
const LEAD = "Anjali Shrestha";
const QA = "Mei Lin Chua";
const APPROVER = "Grace Mensah";

type Card = { promotion: { id: string; revision: number }; revision: { subjectDigest: string } };

let clone: Clone;
let sprint: string;

test.afterAll(async () => {
  clone?.remove();
  await everybodyLeaves();
});

const branchOf = (key: string, slug: string) => `feature/${sprint.slice("sprint/".length)}/${key}-${slug}`;

/** Feature to sprint by the lead, then through QA and UAT by QA, until the sprint can go to master. */
async function throughTheSprint(
  browser: Parameters<typeof as>[0],
  branch: string,
  title: string,
): Promise<void> {
  const author = await as(browser, AUTHOR.name);
  const lead = await as(browser, LEAD);
  const qa = await as(browser, QA);
  const before = await newestVersion(lead, "payments");
  const feature = await openPullRequest(author, "payments", branch, sprint, title);
  await approve(lead, feature);
  await expectStanding(lead, feature, "merged");
  await expect.poll(() => newestVersion(lead, "payments"), { timeout: 60_000 }).not.toBe(before);
  const version = await newestVersion(lead, "payments");
  for (const environment of ["QA", "UAT"]) {
    for (const component of ["payments-api", "payout-vm"]) {
      const number = await openFromInbox(qa, `${component} ${version} to ${environment}`);
      await approve(qa, number);
      await expectStanding(qa, number, "deployed");
    }
  }
}

async function sprintToMaster(browser: Parameters<typeof as>[0]): Promise<void> {
  const lead = await as(browser, LEAD);
  const version = await newestVersion(lead, "payments");
  const number = await openPullRequest(lead, "payments", sprint, "master", "Sprint to master");
  await approve(await as(browser, APPROVER), number);
  await approve(await as(browser, QA), number);
  await expectStanding(lead, number, "merged");
  await expectOnMaster(lead, "payments", version);
}

/** The lead asks from the client's slot; a release approver and QA agree. The promotion's number. */
async function toAcme(browser: Parameters<typeof as>[0]): Promise<number> {
  const lead = await as(browser, LEAD);
  await lead.goto("/environments?product=payments&client=acme");
  await lead
    .getByRole("link", { name: /payout-vm.*Acme/ })
    .first()
    .click();
  await lead.getByRole("button", { name: "Promote…" }).click();
  await lead.getByRole("button", { name: "Ask for promotion" }).click();
  const link = lead.getByRole("link", { name: /Open promotion #\d+/ });
  const number = Number(/#(\d+)/.exec((await link.textContent()) ?? "")?.[1]);
  await approve(await as(browser, APPROVER), number);
  await approve(await as(browser, QA), number);
  return number;
}

test("a developer makes an access token and pushes with a plain git client; the branch appears in an open page by itself", async ({
  browser,
  baseURL,
}) => {
  const author = await as(browser, AUTHOR.name);
  const token = await createAccessToken(author, "Laptop");
  clone = cloneAs(AUTHOR, baseURL ?? "", "payments", token);
  const branches = clone.git("branch", "--remotes", "--format=%(refname:lstrip=3)").split("\n");
  sprint =
    branches
      .filter((name) => name.startsWith("sprint/"))
      .sort()
      .at(-1) ?? "";

  // The page listens before anything is pushed.
  const listens = author.waitForResponse(
    (answer) => answer.url().includes("live.events") && author.url().includes("/branches?"),
  );
  await author.goto("/branches?repository=payments&kind=feature");
  await listens;
  const branch = branchOf("PAY-412", "retry-card-payouts");
  clone.git("switch", "--quiet", "--create", branch, `origin/${sprint}`);
  clone.commit("PAY-412 Retry card payouts", { "docs/retry.md": "Card payouts are tried three times.\n" });
  clone.git("push", "--quiet", "--set-upstream", "origin", "HEAD");
  await expect(author.getByText(branch).first()).toBeVisible();
});

test("a push to a protected branch is refused with what to do instead", () => {
  clone.git("switch", "--quiet", "--detach", `origin/${sprint}`);
  clone.commit("PAY-412 straight to the sprint", { "docs/direct.md": "no\n" });
  expect(() => clone.git("push", "origin", `HEAD:${sprint}`)).toThrow(/protected/);
});

test("a change travels from git push to a client's production by the clicks of four people", async ({
  browser,
}) => {
  test.setTimeout(480_000);
  await throughTheSprint(browser, branchOf("PAY-412", "retry-card-payouts"), "PAY-412 Retry card payouts");
  await sprintToMaster(browser);
  const number = await toAcme(browser);
  const lead = await as(browser, LEAD);
  await expectStanding(lead, number, "deployed");
  await lead.goto("/work-items/PAY-412");
  await expect(lead.getByText("Acme").first()).toBeVisible();
});

test("a change is refused for its own author, in the browser and behind it", async ({ browser }) => {
  const author = await as(browser, AUTHOR.name);
  const branch = branchOf("PAY-415", "own-work");
  clone.git("switch", "--quiet", "--create", branch, `origin/${sprint}`);
  clone.commit("PAY-415 Own work", { "docs/own.md": "mine\n" });
  clone.git("push", "--quiet", "origin", "HEAD");
  const number = await openPullRequest(author, "payments", branch, sprint, "PAY-415 Own work");
  await author.goto(`/promotions/${number}`);
  // At its gates nobody may vote yet, whoever they are: four eyes are looked at once people are asked.
  await expectStanding(author, number, "waits for 1 more approval");
  await expect(author.getByText(/You wrote commits of it/).first()).toBeVisible();
  await expect(author.getByRole("button", { name: "Approve" })).toBeDisabled();
  const { promotion, revision } = await ask<Card>(author, "promotions.get", { number });
  const answer = await author.request.post("/api/trpc/promotions.vote", {
    headers: { "x-clearway-request": "1" },
    data: {
      json: {
        promotionId: promotion.id,
        revision: promotion.revision,
        subjectDigest: revision.subjectDigest,
        decision: "approve",
      },
    },
  });
  expect(answer.status()).toBe(403);
  expect((await answer.json()).error.json.data.refusal).toBe("FOUR_EYES");
});

test("a push between the vote and the merge sends the promotion back to its gates", async ({ browser }) => {
  test.setTimeout(120_000);
  const author = await as(browser, AUTHOR.name);
  const lead = await as(browser, LEAD);
  const branch = branchOf("PAY-418", "late-push");
  clone.git("fetch", "--quiet");
  clone.git("switch", "--quiet", "--create", branch, `origin/${sprint}`);
  clone.commit("PAY-418 Late push", { "docs/late.md": "one\n" });
  clone.git("push", "--quiet", "origin", "HEAD");
  const number = await openPullRequest(author, "payments", branch, sprint, "PAY-418 Late push");
  await lead.goto(`/promotions/${number}`);
  await expect(lead.getByRole("button", { name: "Approve" })).toBeEnabled({ timeout: 45_000 });
  const workers = processesOfRole("worker", process.env.CLEARWAY_E2E_DATA_DIR ?? "");
  expect(workers.length).toBeGreaterThan(0);
  const letGo = await holdStill(workers, environmentOf(workers[0] ?? 0).DATABASE_URL ?? "");
  try {
    await lead.getByRole("button", { name: "Approve" }).click();
    await expect(lead.getByText("about to start").first()).toBeVisible();
    clone.commit("PAY-418 One more thing", { "docs/late.md": "two\n" });
    clone.git("push", "--quiet", "origin", "HEAD");
  } finally {
    letGo();
  }
  await expect(lead.getByText("revision 2").first()).toBeVisible({ timeout: 45_000 });
  await expect(lead.getByText("waits for 1 more approval").first()).toBeVisible({ timeout: 45_000 });
  clone.git("fetch", "--quiet");
  expect(clone.git("log", "--format=%s", `origin/${sprint}`)).not.toContain("PAY-418");
});

test("a change that fails its post-deployment check is rolled back by itself", async ({ browser }) => {
  test.setTimeout(480_000);
  const branch = branchOf("PAY-421", "payout-region");
  clone.git("fetch", "--quiet");
  clone.git("switch", "--quiet", "--create", branch, `origin/${sprint}`);
  const config = (file: string) => clone.git("show", `HEAD:config/${file}`);
  clone.commit("PAY-421 Pay out by region", {
    "config/required-keys": `${config("required-keys")}\nPAYOUT_REGION\n`,
    "config/dev.env": `${config("dev.env")}\nPAYOUT_REGION=eu\n`,
    "config/qa.env": `${config("qa.env")}\nPAYOUT_REGION=eu\n`,
    "config/uat.env": `${config("uat.env")}\nPAYOUT_REGION=eu\n`,
  });
  clone.git("push", "--quiet", "origin", "HEAD");
  await throughTheSprint(browser, branch, "PAY-421 Pay out by region");
  await sprintToMaster(browser);
  const number = await toAcme(browser);
  const lead = await as(browser, LEAD);
  await expectStanding(lead, number, "rolled back");
  await expect(lead.getByText(/does not set.*PAYOUT_REGION/).first()).toBeVisible();
  await expect(lead.getByText(/what ran before is back/).first()).toBeVisible();
});
