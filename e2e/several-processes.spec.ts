import type { Page } from "@playwright/test";
import { createAccessToken } from "./support/people";
import { cloneAs } from "./support/plain-git";
import { freePorts } from "./support/ports";
import { processesOfRole } from "./support/processes";
import { ask, openPullRequest } from "./support/promotions";
import { type ReverseProxy, startReverseProxy } from "./support/reverse-proxy";
import { environmentOf, type Role, startRole, untilHealthy } from "./support/roles";
import { expect, test, untilAlive } from "./support/test";

// Two more webs and workers beside the running installation, on its database and files, behind a plain reverse proxy.
const AUTHOR = { name: "Kwame Boateng", email: "kwame.boateng@meridian.example" };
const LEAD = "Anjali Shrestha";

let environment: Record<string, string>;
let ports: number[];
let proxy: ReverseProxy;
const webs: Role[] = [];
const workers: Role[] = [];

const startWeb = async (at: number) => {
  const port = ports[at] ?? 0;
  webs[at] = startRole("web", { ...environment, PORT: String(port) });
  await untilHealthy(port);
};

test.beforeAll(async () => {
  test.setTimeout(180_000);
  const dataDir = process.env.CLEARWAY_E2E_DATA_DIR ?? "";
  const [web] = processesOfRole("web", dataDir);
  const [first = 0, second = 0, third = 0] = await freePorts(3);
  ports = [first, second];
  environment = {
    ...environmentOf(web ?? 0),
    // As long as usual before a web closes: on a slow machine the proxy needs more than a second to notice.
    CLEARWAY_PUBLIC_URL: `http://127.0.0.1:${third}`,
  };
  await startWeb(0);
  await startWeb(1);
  workers.push(startRole("worker", environment), startRole("worker", environment));
  proxy = await startReverseProxy(ports, third);
});
test.afterAll(async () => {
  await proxy?.stop();
  await Promise.all([...webs, ...workers].map((role) => role.kill()));
});

async function signIn(page: Page, name: string) {
  await page.goto(`${proxy.url}/sign-in`);
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Promotions" })).toBeVisible();
  await untilAlive(page);
}

type Seen = { pullRequestId: string; headSha: string };

/** Asks by three hands at once until told to stop: a page, a query, and a mutation. */
function keepAsking(page: Page, seen: Seen) {
  let isOver = false;
  const failures: string[] = [];
  let answered = 0;
  const acts = [
    () => page.request.get(`${proxy.url}/promotions`),
    () => page.request.get(`${proxy.url}/api/trpc/promotions.waiting`),
    () =>
      page.request.post(`${proxy.url}/api/trpc/pullRequests.markSeen`, {
        headers: { "x-clearway-request": "1", origin: proxy.url },
        data: { json: seen },
      }),
  ];
  const hands = acts.map(async (act) => {
    while (!isOver) {
      try {
        const answer = await act();
        if (answer.status() !== 200)
          failures.push(`${answer.status()} ${answer.url()}: ${await answer.text()}`);
        else answered++;
      } catch (error) {
        failures.push(String(error));
      }
    }
  });
  return async () => {
    isOver = true;
    await Promise.all(hands);
    return { failures, answered };
  };
}

test("a rolling restart of webs and workers fails no request, and every open tab goes on", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const author = await (await browser.newContext({ baseURL: proxy.url })).newPage();
  const lead = await (await browser.newContext({ baseURL: proxy.url })).newPage();
  await signIn(author, AUTHOR.name);
  await signIn(lead, LEAD);
  const token = await createAccessToken(author, "several processes");
  // Pushed through the proxy: whichever web answers, the repositories are the same.
  const clone = cloneAs(AUTHOR, proxy.url, "payments", token);
  const sprint =
    clone
      .git("for-each-ref", "--sort=refname", "--format=%(refname:lstrip=3)", "refs/remotes/origin/sprint")
      .split("\n")
      .at(-1) ?? "";
  const branch = `feature/${sprint.slice("sprint/".length)}/PAY-418-rolling-${Date.now().toString(36)}`;
  clone.git("checkout", "--quiet", "-b", branch, `origin/${sprint}`);
  clone.commit("PAY-418 Say what a rolling restart leaves alone", { "docs/rolling.md": "nothing fails\n" });
  clone.git("push", "--quiet", "origin", branch);
  clone.remove();

  await lead.goto("/promotions?view=waits-for-me");
  type Listed = { items: { number: number }[] };
  const { items } = await ask<Listed>(lead, "pullRequests.list", {});
  const { id, headSha } = await ask<{ id: string; headSha: string }>(lead, "pullRequests.get", {
    number: items[0]?.number,
  });
  const stop = keepAsking(author, { pullRequestId: id, headSha });
  for (const at of [0, 1]) {
    expect(await webs[at]?.terminate()).toBe(0);
    await startWeb(at);
    expect(await workers[at]?.terminate()).toBe(0);
    workers[at] = startRole("worker", environment);
  }
  const { failures, answered } = await stop();
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(50);

  // The lead's tab lived through both restarts; what happens now reaches it without a reload.
  const title = `What a rolling restart leaves alone ${branch.slice(-4)}`;
  await openPullRequest(author, "payments", branch, sprint, title);
  await expect(lead.getByRole("link", { name: title })).toBeVisible({ timeout: 60_000 });
  for (const page of [author, lead]) await page.context().close();
});
