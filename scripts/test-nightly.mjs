// npm run test:nightly: the fault tests with many more rounds (about half an hour). Random times come from a seed, which
// is printed; CLEARWAY_SEED=… repeats a night. Further arguments go to vitest: a file, or -t "part of a name".
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { installIfNeeded } from "./platform/install.mjs";
import { requireGit, requireNode } from "./platform/requirements.mjs";
import { attempt, bin } from "./platform/run.mjs";

const seed = process.env.CLEARWAY_SEED ?? String(Math.floor(Math.random() * 2 ** 31));
const report = path.join(os.tmpdir(), `clearway-nightly-${process.pid}.json`);

requireNode();
requireGit();
await installIfNeeded({ onProgress: (line) => console.log(line) });
console.log(`CLEARWAY_SEED=${seed}`);
const from = performance.now();
const { code } = await attempt(
  bin("vitest"),
  [
    "run",
    "--project",
    "nightly",
    "--reporter=verbose",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { env: { CLEARWAY_SEED: seed }, capture: false },
);
const told = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, "utf8")) : {};
fs.rmSync(report, { force: true });
const minutes = ((performance.now() - from) / 60_000).toFixed(1);
const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = told;
console.log(
  `\n${passed} passed, ${code !== 0 && failed === 0 ? 1 : failed} failed in ${minutes} min, CLEARWAY_SEED=${seed}`,
);
process.exitCode = code;
