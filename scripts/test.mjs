// npm test: everything, on a fresh clone too. --only=check,unit,db,build,e2e runs a part.
// The end names what failed; the last line is "N passed, N failed". A static check counts as one test.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { playwrightFailures, vitestFailures } from "./platform/failures.mjs";
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
  return honest(code, {
    passed: counted?.numPassedTests ?? 0,
    failed: counted?.numFailedTests ?? 0,
    failures: vitestFailures(counted?.testResults ?? []),
  });
}

async function playwright(chromium) {
  const report = path.join(reports, "e2e.json");
  const env = { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: report, FORCE_COLOR: "0" };
  const { code } = await attempt(bin("playwright"), ["test", "--reporter=list,json"], {
    env,
    capture: false,
  });
  const counted = readReport(report);
  return honest(code, {
    passed: (counted?.stats?.expected ?? 0) + (counted?.stats?.flaky ?? 0),
    failed: counted?.stats?.unexpected ?? 0,
    failures: playwrightFailures(counted?.suites ?? []),
  });
}

function readReport(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined;
}

/** A runner that fails without a failed test (a file that does not load, say) has failed all the same. */
function honest(code, { passed, failed, failures }) {
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, failures };
}

async function main() {
  requireNode();
  requireGit();
  await installIfNeeded({ onProgress: say });
  const total = { passed: 0, failed: 0, failures: [] };
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
    total.failures.push(...(result.failures ?? []).map((failure) => `${name}: ${failure}`));
    if (name === "build" && result.failed > 0) break;
  }
  return total;
}

try {
  const { passed, failed, failures } = await main();
  process.exitCode = failed > 0 ? 1 : 0;
  // Whoever keeps only the end of a long log still learns what failed, and why.
  for (const failure of failures) say(`\n✗ ${failure}`);
  say(`\n${passed} passed, ${failed} failed`);
} catch (error) {
  say(error.message);
  say("\n0 passed, 1 failed");
  process.exitCode = 1;
} finally {
  fs.rmSync(reports, { recursive: true, force: true });
}
