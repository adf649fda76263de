// npm test: everything, on a fresh clone too. --only=check,unit,db,build,e2e runs a part.
// The last line is "N passed, N failed"; a static check counts as one test.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { installIfNeeded } from "./platform/install.mjs";
import { requireGit, requireNode } from "./platform/requirements.mjs";
import { attempt, bin } from "./platform/run.mjs";

const reports = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-reports-"));
const only = process.argv
  .find((arg) => arg.startsWith("--only="))
  ?.slice("--only=".length)
  .split(",");
const say = (line) => console.log(line);

const STAGES = {
  check: async () => {
    const { runChecks } = await import("./platform/checks.mjs");
    return runChecks({ say });
  },
  unit: () => vitest("unit"),
  db: () => vitest("db"),
  build: async () => {
    const { buildIfStale } = await import("./platform/build.mjs");
    await buildIfStale({ onProgress: say, faults: true });
    return { passed: 1, failed: 0 };
  },
  e2e: async () => {
    const { findChromium } = await import("./platform/chromium.mjs");
    return playwright(findChromium({ say }));
  },
};

async function vitest(project) {
  const report = path.join(reports, `${project}.json`);
  const args = [
    "run",
    "--project",
    project,
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ];
  const { code } = await attempt(bin("vitest"), args, { capture: false });
  const counted = readReport(report);
  return honest(code, { passed: counted?.numPassedTests ?? 0, failed: counted?.numFailedTests ?? 0 });
}

async function playwright(chromium) {
  const report = path.join(reports, "e2e.json");
  const env = { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: report, FORCE_COLOR: "0" };
  const { code } = await attempt(bin("playwright"), ["test", "--reporter=list,json"], {
    env,
    capture: false,
  });
  const stats = readReport(report)?.stats;
  return honest(code, {
    passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0),
    failed: stats?.unexpected ?? 0,
  });
}

function readReport(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined;
}

/** A runner that fails without a failed test (a file that does not load, say) has failed all the same. */
function honest(code, { passed, failed }) {
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

async function main() {
  requireNode();
  requireGit();
  await installIfNeeded({ onProgress: say });
  const total = { passed: 0, failed: 0 };
  for (const [name, stage] of Object.entries(STAGES)) {
    if (only && !only.includes(name)) continue;
    say(`\n── ${name}`);
    let result;
    try {
      result = await stage();
    } catch (error) {
      say(error.message);
      result = { passed: 0, failed: 1 };
    }
    say(`${name}: ${result.passed} passed, ${result.failed} failed`);
    total.passed += result.passed;
    total.failed += result.failed;
    if (name === "build" && result.failed > 0) break;
  }
  return total;
}

try {
  const { passed, failed } = await main();
  process.exitCode = failed > 0 ? 1 : 0;
  say(`\n${passed} passed, ${failed} failed`);
} catch (error) {
  say(error.message);
  say("\n0 passed, 1 failed");
  process.exitCode = 1;
} finally {
  fs.rmSync(reports, { recursive: true, force: true });
}
