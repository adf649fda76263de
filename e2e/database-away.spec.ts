import fs from "node:fs";
import path from "node:path";
import { signIn } from "./support/people";
import { processesOfRole } from "./support/processes";
import { expect, test } from "./support/test";

const DATA_DIR = process.env.CLEARWAY_E2E_DATA_DIR ?? "";

/** The launcher brings PostgreSQL back within a second; held still, it leaves the database away for as long as we like. */
function launcherPid(): number {
  const [found] = processesOfRole("launcher", DATA_DIR);
  if (!found) throw new Error("the launcher was not found");
  return found;
}

const postmasterPid = () =>
  Number(fs.readFileSync(path.join(DATA_DIR, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]);

test("while the database is away every tab says so, keeps what is typed, and goes on by itself", async ({
  browser,
}) => {
  const page = await signIn(browser, "Kwame Boateng");
  await page.goto("/access-tokens");
  await page.getByLabel("What it is for").fill("typed before the outage");
  const other = await page.context().newPage();
  await other.goto("/environments");
  await expect(other.getByRole("heading", { level: 1, name: "Environments" })).toBeVisible();

  const launcher = launcherPid();
  process.kill(launcher, "SIGSTOP");
  try {
    process.kill(postmasterPid(), "SIGKILL");
    for (const tab of [page, other])
      await expect(tab.getByText(/The database cannot be reached/)).toBeVisible();
    // An act is refused in words, and nothing of it is lost.
    await page.getByRole("button", { name: "Create token" }).click();
    await expect(page.getByText(/database cannot be reached right now/i).first()).toBeVisible();
    await expect(page.getByLabel("What it is for")).toHaveValue("typed before the outage");
    const file = await page.request.get("/api/releases");
    expect(file.status()).toBe(503);
    expect(await file.text()).toBe("The database cannot be reached right now. Nothing was changed.\n");
    await other.goto("/promotions");
    await expect(other.getByText("The database cannot be reached")).toBeVisible();
  } finally {
    process.kill(launcher, "SIGCONT");
  }
  await expect(other.getByRole("heading", { level: 1, name: "Promotions" })).toBeVisible({ timeout: 45_000 });
  await expect(page.getByText(/Nothing was lost/)).toBeHidden();
  await page.getByRole("button", { name: "Create token" }).click();
  await expect(page.getByText(/^cw_/).first()).toBeVisible();
  await page.context().close();
});
