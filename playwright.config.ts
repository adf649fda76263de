import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { defineConfig } from "@playwright/test";

// This file is read by the runner and again by each of its workers: the first reading decides.
const FREE_PORT =
  "import { anyFreePort } from './scripts/platform/ports.mjs'; console.log(await anyFreePort());";
process.env.CLEARWAY_E2E_PORT ??= execFileSync(process.execPath, ["--input-type=module", "-e", FREE_PORT], {
  cwd: import.meta.dirname,
  encoding: "utf8",
}).trim();
if (process.env.CLEARWAY_E2E_DATA_DIR === undefined) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-e2e-"));
  fs.chmodSync(directory, 0o711);
  process.env.CLEARWAY_E2E_DATA_DIR = directory;
  process.once("exit", () => fs.rmSync(directory, { recursive: true, force: true }));
}
const origin = `http://127.0.0.1:${process.env.CLEARWAY_E2E_PORT}`;
const chromium =
  process.env.CHROMIUM_PATH ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(fs.existsSync);

/** These disturb nobody, most with an installation of their own: they run beside those that share the demonstration. */
const BESIDE = [
  "first-run",
  "four-people-sign-in",
  "http-surface",
  "many-branches",
  "permissions",
  "sign-in",
  "sign-in-faults",
  "start-and-stop",
];
/** These take the database away and bring more processes: alone, when all others are done (`--no-deps` runs one of them). */
const OUTAGES = ["database-away", "several-processes"];
const filesOf = (names: readonly string[]) => names.map((name) => `**/${name}.spec.ts`);

export default defineConfig({
  testDir: "e2e",
  projects: [
    {
      name: "demonstration",
      testMatch: "**/*.spec.ts",
      testIgnore: filesOf([...BESIDE, ...OUTAGES]),
      workers: 1,
    },
    { name: "installations", testMatch: filesOf(BESIDE), workers: 1 },
    {
      name: "outages",
      testMatch: filesOf(OUTAGES),
      workers: 1,
      dependencies: ["demonstration", "installations"],
    },
  ],
  outputDir: "test-results",
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: "list",
  use: {
    baseURL: origin,
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    // A trace records every frame, which costs a third of the time: it is asked for when a failure is looked into.
    trace: process.env.CLEARWAY_TRACE === "1" ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    timezoneId: "Europe/Berlin",
    locale: "en-GB",
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  // The production build, started as a person starts it, with a data directory of its own.
  webServer: {
    command: "node scripts/start.mjs --no-install",
    url: `${origin}/api/health`,
    reuseExistingServer: false,
    timeout: 240_000,
    stdout: "pipe",
    stderr: "pipe",
    gracefulShutdown: { signal: "SIGTERM", timeout: 20_000 },
    env: {
      PORT: process.env.CLEARWAY_E2E_PORT,
      CLEARWAY_DATA_DIR: process.env.CLEARWAY_E2E_DATA_DIR,
      CLEARWAY_DEMO: "1",
      // Somebody else's git server is on loopback here.
      CLEARWAY_IMPORT_ALLOW_PRIVATE: "1",
      DATABASE_URL: "",
      CLEARWAY_OIDC_ISSUER: "",
      CLEARWAY_PUBLIC_URL: "",
      NODE_ENV: "",
    },
  },
});
