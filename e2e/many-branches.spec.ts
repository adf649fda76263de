import { execFileSync } from "node:child_process";
import path from "node:path";
import type { Page } from "@playwright/test";
import { as, createAccessToken, everybodyLeaves } from "./support/people";
import { cloneAs } from "./support/plain-git";
import { expect, test } from "./support/test";

const MANY = 5_000;
const TURNS = 60;
/** Between what a window costs on a slow machine (100 ms a turn) and what all of the rows cost (seconds). */
const BUSY_MS = 300;

// What a trace records of every step would be measured along with the scrolling.
test.use({ trace: "off" });

test.afterAll(everybodyLeaves);

const rows = (page: Page) => page.locator("[data-branch-id]");

test("five thousand branches are scrolled through without a long pause, and few rows exist at a time", async ({
  browser,
}) => {
  test.setTimeout(480_000);
  const page = await as(browser, "Marcus Oyelaran");
  const directory = path.join(process.env.CLEARWAY_E2E_DATA_DIR ?? "", "repositories", "lending.git");
  const git = (args: string[], input?: string) =>
    execFileSync("git", [`--git-dir=${directory}`, "-c", "safe.directory=*", ...args], {
      encoding: "utf8",
      ...(input === undefined ? {} : { input }),
    }).trim();
  const head = git(["rev-parse", "refs/heads/master"]);
  const commands = Array.from(
    { length: MANY },
    (_, n) => `create refs/heads/many/${String(n).padStart(5, "0")}-of-them ${head}\n`,
  );
  git(["update-ref", "--stdin"], commands.join(""));
  // Whoever pushes next has the repository read.
  const token = await createAccessToken(page, "many");
  const work = cloneAs(
    { name: "Marcus Oyelaran", email: "marcus.oyelaran@meridian.example" },
    new URL(page.url()).origin,
    "lending",
    token,
  );
  work.git("push", "--quiet", "origin", "HEAD:refs/heads/wip/one-more");
  await expect
    .poll(
      async () => {
        await page.goto("/branches?q=many%2F&sort=name");
        return page.getByText(/^5000 branches/).count();
      },
      { timeout: 120_000, intervals: [2_000] },
    )
    .toBe(1);
  await expect(rows(page).first()).toContainText("many/00000");

  // The main thread's own time, so that what else runs on the machine does not count.
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const busy = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000;
  };
  const before = await busy();
  let most = 0;
  await page.mouse.move(600, 500);
  // As a wheel does, for a good part of the way; then to the very end at once.
  for (let turn = 0; turn < TURNS; turn++) {
    await page.mouse.wheel(0, 480);
    if (turn % 5 === 0) most = Math.max(most, await rows(page).count());
  }
  const perTurn = ((await busy()) - before) / TURNS;
  // The last turns of the wheel may still be on their way, and the windows are fetched one after the other.
  await expect(async () => {
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await expect(page.locator("[data-branch-id]").last()).toContainText("04999-of-them", { timeout: 5_000 });
  }).toPass({ timeout: 240_000 });
  expect(most).toBeLessThan(120);
  expect(perTurn).toBeLessThan(BUSY_MS);
  git(["update-ref", "--stdin"], commands.map((line) => line.replace("create", "delete")).join(""));
  work.git("push", "--quiet", "origin", ":refs/heads/wip/one-more");
  work.remove();
});
