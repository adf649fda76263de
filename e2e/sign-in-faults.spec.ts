import { type APIRequestContext, type APIResponse, expect, request, test } from "@playwright/test";
import type { Account, ProviderFaults } from "./support/identity-provider";
import { givenSetUp, type RealInstallation, startRealInstallation } from "./support/real-installation";

// What can go wrong between a browser, Clearway and a provider, over real HTTP: nobody is let in who should not be, every
// case ends on the sign-in page with a sentence and a way on, and whoever is signed in stays so.
test.describe.configure({ mode: "serial" });

const QA: Account = { subject: "tom", name: "Tom Becker", email: "tom@meridian.example", groups: ["qa"] };
const LEAD: Account = {
  subject: "priya",
  name: "Priya Nair",
  email: "priya@meridian.example",
  groups: ["leads"],
};
const ACCOUNTS = [QA, LEAD];

let real: RealInstallation;
/** Somebody who is signed in all the while. */
let lead: APIRequestContext;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  real = await startRealInstallation({ accounts: ACCOUNTS });
  await givenSetUp(real, [
    ["qa", "qa"],
    ["leads", "tech_lead"],
  ]);
  lead = await someBrowser();
  expect((await come(lead, LEAD)).url()).toBe(`${real.url}/environments`);
});
test.afterAll(async () => {
  await lead?.dispose();
  await real?.stop();
});
test.afterEach(async () => {
  await real.provider.setFaults({});
  await real.provider.setAccounts(ACCOUNTS);
  expect((await lead.get("/environments", { maxRedirects: 0 })).status()).toBe(200);
});

const someBrowser = () => request.newContext({ baseURL: real.url });
const begin = (browser: APIRequestContext) => browser.get("/api/sign-in?next=/environments");

/** From the provider's page on. */
const answer = (browser: APIRequestContext, page: APIResponse, form: Record<string, string>) =>
  browser.post(page.url(), { form });

async function come(browser: APIRequestContext, account: Account): Promise<APIResponse> {
  return answer(browser, await begin(browser), { subject: account.subject });
}

/** Where the provider sends the browser back to, without going there. */
async function callbackOf(browser: APIRequestContext, account: Account): Promise<string> {
  const page = await begin(browser);
  let next = page.url();
  let reply = await browser.post(next, { form: { subject: account.subject }, maxRedirects: 0 });
  for (let hop = 0; hop < 5; hop += 1) {
    next = new URL(reply.headers().location ?? "", next).href;
    if (next.startsWith(real.url)) return next;
    reply = await browser.get(next, { maxRedirects: 0 });
  }
  throw new Error(`the provider did not send anybody back: ${next}`);
}

/** Nobody was signed in, the page says why, and its button leads on to where one wanted to go. */
async function expectProblem(browser: APIRequestContext, reply: APIResponse, problem: string, said: string) {
  expect(reply.status()).toBe(200);
  const address = new URL(reply.url());
  expect([address.pathname, address.searchParams.get("problem")]).toEqual(["/sign-in", problem]);
  const page = await reply.text();
  expect(page.includes(said), said).toBe(true);
  expect(page.includes("/api/sign-in?next="), "a way on").toBe(true);
  const { cookies } = await browser.storageState();
  expect(cookies.filter(({ name }) => name.endsWith("clearway.session"))).toEqual([]);
}

const TOKEN = "/token";
const DISCOVERY = "/.well-known/openid-configuration";
const FAULTS: readonly [string, ProviderFaults, string, string][] = [
  ["its tokens take half a minute", { delayMs: { [TOKEN]: 30_000 } }, "away", "does not answer"],
  [
    "its tokens end in an error of its own",
    { answers: { [TOKEN]: { status: 500, body: "oops" } } },
    "away",
    "does not answer",
  ],
  [
    "it says that the code is not known",
    { answers: { [TOKEN]: { status: 400, body: { error: "invalid_grant" } } } },
    "used",
    "used already",
  ],
  [
    "it does not accept the client",
    { answers: { [TOKEN]: { status: 401, body: { error: "invalid_client" } } } },
    "configuration",
    "does not know Clearway",
  ],
  [
    "its tokens are no JSON",
    { answers: { [TOKEN]: { status: 200, body: "<html>" } } },
    "failed",
    "did not work",
  ],
  [
    "its tokens hold no ID token",
    { answers: { [TOKEN]: { status: 200, body: { access_token: "a", token_type: "Bearer" } } } },
    "failed",
    "did not work",
  ],
  ["its clock is two hours behind", { clockSeconds: -7200 }, "clock", "clocks do not agree"],
  ["its clock is two hours ahead", { clockSeconds: 7200 }, "clock", "clocks do not agree"],
  ["it publishes other keys than it signs with", { foreignKeys: true }, "keys", "signature"],
  [
    "its keys cannot be fetched",
    { answers: { "/jwks": { status: 503, body: "" } } },
    "away",
    "does not answer",
  ],
  ["its answer is for another sign-in", { nonce: "another" }, "foreign", "does not belong to your sign-in"],
];

for (const [name, faults, problem, said] of FAULTS) {
  test(`the provider: ${name}`, async () => {
    const browser = await someBrowser();
    await real.provider.setFaults(faults);
    await expectProblem(browser, await come(browser, QA), problem, said);
    await real.provider.setFaults({});
    const again = await someBrowser();
    expect((await come(again, QA)).url()).toBe(`${real.url}/environments`);
    await browser.dispose();
    await again.dispose();
  });
}

const AT_ONCE: readonly [string, ProviderFaults, string][] = [
  ["does not answer for half a minute", { delayMs: { [DISCOVERY]: 30_000 } }, "away"],
  ["answers with an error", { answers: { [DISCOVERY]: { status: 503, body: "" } } }, "away"],
  ["is not there", { answers: { [DISCOVERY]: { status: 404, body: "" } } }, "configuration"],
  ["says nothing that can be read", { answers: { [DISCOVERY]: { status: 200, body: "<html>" } } }, "failed"],
];

for (const [name, faults, problem] of AT_ONCE) {
  test(`the provider ${name} when a sign-in begins`, async () => {
    const browser = await someBrowser();
    await real.provider.setFaults(faults);
    await expectProblem(browser, await begin(browser), problem, "Meridian ID");
    await browser.dispose();
  });
}

test("the provider is down, comes back with new keys, and people come in again", async () => {
  const [early, late] = [await someBrowser(), await someBrowser()];
  const callback = await callbackOf(early, QA);
  await real.provider.kill();
  await expectProblem(early, await early.get(callback), "away", "does not answer");
  await expectProblem(late, await begin(late), "away", "does not answer");
  expect((await lead.get("/environments", { maxRedirects: 0 })).status()).toBe(200);
  const out = await late.get("/api/sign-out/provider");
  expect(out.url()).toContain("problem=noProviderSignOut");
  await real.provider.start();
  expect((await come(late, QA)).url()).toBe(`${real.url}/environments`);
  await early.dispose();
  await late.dispose();
});

test("whoever cancels is back, and told so", async () => {
  const browser = await someBrowser();
  await expectProblem(
    browser,
    await answer(browser, await begin(browser), { cancel: "1" }),
    "cancelled",
    "You did not sign in",
  );
  await browser.dispose();
});

test("an answer counts once: again, in another browser, with another state or after a second beginning it does not", async () => {
  const browser = await someBrowser();
  const callback = await callbackOf(browser, QA);
  const kept = await browser.storageState();

  const stranger = await someBrowser();
  await expectProblem(stranger, await stranger.get(callback), "interrupted", "not finished in time");
  const forged = new URL(callback);
  forged.searchParams.set("state", "another");
  const other = await request.newContext({ baseURL: real.url, storageState: kept });
  await expectProblem(other, await other.get(forged.href), "interrupted", "not finished in time");
  forged.searchParams.delete("state");
  const without = await request.newContext({ baseURL: real.url, storageState: kept });
  await expectProblem(without, await without.get(forged.href), "interrupted", "not finished in time");

  expect((await browser.get(callback)).url()).toBe(`${real.url}/environments`);
  const replayed = await request.newContext({ baseURL: real.url, storageState: kept });
  await expectProblem(replayed, await replayed.get(callback), "used", "used already");

  const twice = await someBrowser();
  const first = await callbackOf(twice, QA);
  await twice.get("/api/sign-in", { maxRedirects: 0 });
  await expectProblem(twice, await twice.get(first), "interrupted", "not finished in time");
  for (const one of [browser, stranger, other, without, replayed, twice]) await one.dispose();
});

test("a second use of an answer leaves the session of the first alone", async () => {
  const browser = await someBrowser();
  const callback = await callbackOf(browser, QA);
  await browser.get(callback);
  const reply = await browser.get(callback);
  expect((await reply.text()).includes("You are still signed in as")).toBe(true);
  expect((await browser.get("/environments", { maxRedirects: 0 })).status()).toBe(200);
  await browser.dispose();
});

test("whoever signs in as somebody else is somebody else, and nobody is linked", async () => {
  const browser = await someBrowser();
  await come(browser, QA);
  await browser.get(`${real.provider.issuer}/session/end`);
  await real.provider.kill();
  await real.provider.start();
  expect((await come(browser, LEAD)).url()).toBe(`${real.url}/environments`);
  const rows = await real.sql(
    "select p.name, array_agg(i.subject) as subjects from people p join identities i on i.person_id = p.id group by p.name order by p.name",
  );
  expect(rows).toEqual([
    { name: LEAD.name, subjects: [LEAD.subject] },
    { name: QA.name, subjects: [QA.subject] },
  ]);
  await browser.dispose();
});

test("groups that cannot be read are no sign-in, and take no role away", async () => {
  const grants = "select count(*)::int as count from grants where revoked_at is null";
  const before = await real.sql(grants);
  await real.provider.setAccounts([{ ...QA, groups: { qa: true } }]);
  const browser = await someBrowser();
  await expectProblem(browser, await come(browser, QA), "groups", "could not be read");
  expect(await real.sql(grants)).toEqual(before);
  await browser.dispose();
});

test("whose entry is closed is refused with a sentence", async () => {
  const closed = async (isActive: boolean) => {
    await real.governed(`update people set is_active = ${isActive} where name = '${QA.name}'`);
  };
  await closed(false);
  const browser = await someBrowser();
  await expectProblem(browser, await come(browser, QA), "inactive", "no longer have access");
  await closed(true);
  await browser.dispose();
});

test("another site's link begins nothing", async () => {
  const browser = await someBrowser();
  const reply = await browser.get("/api/sign-in?next=/environments", {
    headers: { "sec-fetch-site": "cross-site" },
    maxRedirects: 0,
  });
  expect(reply.headers().location).toBe("/sign-in");
  expect(reply.headers()["set-cookie"]).toBeUndefined();
  await browser.dispose();
});

test("where to go afterwards is never another site", async () => {
  for (const next of ["https://evil.example/", "//evil.example", "/\\evil.example", "/api/sign-out"]) {
    const browser = await someBrowser();
    const page = await browser.get(`/api/sign-in?next=${encodeURIComponent(next)}`);
    const reply = await answer(browser, page, { subject: QA.subject });
    expect(new URL(reply.url()).origin).toBe(real.url);
    expect(new URL(reply.url()).pathname).toBe("/");
    await browser.dispose();
  }
});

const HOSTILE: readonly Record<string, string>[] = [
  { authorization: "Bearer %E0%A4%A" },
  { authorization: "Bearer" },
  { authorization: "Basic !!!" },
  { cookie: "clearway.session=%E0%A4%A" },
  { cookie: `clearway.session=${"x".repeat(4000)}` },
  { cookie: "clearway.session=a; clearway.session=b" },
  { cookie: "clearway.state=%; clearway.pkce=..; clearway.nonce=eyJhbGciOiJub25lIn0.e30." },
  { cookie: "clearway.return=javascript:alert(1); clearway.csrf=|" },
  { cookie: "clearway.return=%E0; clearway.again=NaN" },
  { cookie: "=;;;=;" },
  { "x-forwarded-host": "evil.example", "x-forwarded-proto": "gopher" },
];
const PLACES = [
  "/",
  "/sign-in",
  "/sign-in?problem=__proto__&next=%00",
  "/set-up",
  "/api/sign-in",
  "/api/trpc/settings.shell",
  "/api/auth/callback/oidc",
  "/api/auth/callback/oidc?code=a&state=b",
  "/api/auth/callback/oidc?error=%3Cscript%3E&error_description=%00",
  "/api/auth/session",
  "/api/auth/signin/oidc",
  "/api/auth/callback/other",
];

test("malformed cookies and headers are nobody's, and never an error", async () => {
  const browser = await someBrowser();
  for (const headers of HOSTILE) {
    for (const place of PLACES) {
      const reply = await browser.get(place, { headers, maxRedirects: 0 });
      expect(reply.status(), `${place} ${JSON.stringify(headers)}`).toBeLessThan(500);
      expect(reply.headers().location ?? "").not.toContain("evil.example");
      if (place === "/") expect(reply.headers().location ?? (await reply.text())).toContain("/sign-in");
    }
  }
  await browser.dispose();
});

test("what went wrong is in the log, without codes, tokens or secrets", () => {
  const log = real.webs[0]?.output() ?? "";
  expect(log).toContain('"event":"sign-in failed"');
  expect(log).not.toMatch(/eyJ[A-Za-z0-9_-]{20}/);
  expect(log).not.toContain(real.provider.clientSecret);
  expect(log).not.toMatch(/code=[A-Za-z0-9_-]{10}/);
});
