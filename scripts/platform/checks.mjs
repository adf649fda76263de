import fs from "node:fs";
import path from "node:path";
import { breaches, listProjectFiles } from "../check-structure.mjs";
import { projectDir } from "./files.mjs";
import { attempt, bin } from "./run.mjs";

const outcome = ({ code, output }) => ({ ok: code === 0, output });

/** The static checks, in the order in which a person wants to hear of them. */
export const CHECKS = [
  [
    "format and lint",
    async () =>
      outcome(await attempt(bin("biome"), ["check", "--error-on-warnings", "--max-diagnostics=60"])),
  ],
  ["types", types],
  ["dependency rules", dependencyRules],
  ["structure", structure],
  ["nothing unused", async () => outcome(await attempt(bin("knip"), ["--no-progress", "--no-config-hints"]))],
  ["lock file is complete", lockFile],
];

async function types() {
  const routes = await attempt(bin("next"), ["typegen"], { env: { NEXT_TELEMETRY_DISABLED: "1" } });
  if (routes.code !== 0) return outcome(routes);
  return outcome(await attempt(bin("tsc"), ["--noEmit"]));
}

/** Without its compiler the cruiser reads next to nothing and is content: so the modules are counted. */
async function dependencyRules() {
  const code = listProjectFiles().filter((file) =>
    /^(app|components|db|domain|server)\/.*\.tsx?$/.test(file),
  );
  const layers = [...new Set(code.map((file) => file.split("/")[0]))];
  const { output } = await attempt(bin("depcruise"), [
    "--config",
    ".dependency-cruiser.mjs",
    "--output-type",
    "json",
    ...layers,
  ]);
  let report;
  try {
    report = JSON.parse(output.slice(output.indexOf("{\n")));
  } catch {
    return { ok: false, output };
  }
  const cruised = new Set(report.modules.map((module) => module.source));
  const missed = code.filter((file) => !cruised.has(file));
  const lines = report.summary.violations.map(({ rule, from, to }) => `${from} → ${to}: ${rule.name}`);
  if (missed.length > 0) lines.push(`${missed.length} modules were not read, e.g. ${missed[0]}`);
  return { ok: lines.length === 0, output: lines.join("\n") };
}

async function structure() {
  const found = breaches(listProjectFiles(), (file) => fs.readFileSync(path.join(projectDir, file), "utf8"));
  return { ok: found.length === 0, output: found.join("\n") };
}

/** A lock without some platform's package passes `npm install` and fails every `npm ci` there. */
async function lockFile() {
  const { packages } = JSON.parse(fs.readFileSync(path.join(projectDir, "package-lock.json"), "utf8"));
  const known = new Set(Object.keys(packages).map((key) => key.replace(/.*node_modules\//, "")));
  const lines = [];
  for (const [key, entry] of Object.entries(packages)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (!known.has(name)) lines.push(`${key} wants ${name}, which the lock does not have`);
    }
    if (entry.resolved?.startsWith("http")) lines.push(`${key} names the host it came from`);
    if (key && !entry.integrity && !entry.link && !entry.inBundle) lines.push(`${key} has no integrity`);
  }
  return { ok: lines.length === 0, output: lines.join("\n") };
}

/** Runs all, prints each with its time, and what failed in full. Returns `{ passed, failed }`. */
export async function runChecks({ say = console.log } = {}) {
  let passed = 0;
  let failed = 0;
  for (const [name, check] of CHECKS) {
    const start = performance.now();
    const { ok, output } = await check();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    say(`${ok ? "✓" : "✗"} ${name} (${seconds} s)`);
    if (ok) passed += 1;
    else {
      failed += 1;
      say(output.trim());
    }
  }
  return { passed, failed };
}
