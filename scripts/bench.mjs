// npm run bench -- <name> [--json] [--samples=9] [--no-build]: measures against a reference in the same run.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { projectDir } from "./platform/files.mjs";
import { installIfNeeded } from "./platform/install.mjs";
import { requireGit, requireNode } from "./platform/requirements.mjs";

const BENCHES = {
  branches: "the first window of 5 000 branches, and of 50 000",
  concurrency: "50 readers at once who refresh the inbox",
  page: "CPU of inbox, card and matrix against an empty page, and the script of the first page",
  promotion: "approve to merged (API and browser), and the acknowledgement of a vote",
  start: "npm start on an installation that is prepared, to its ready line",
};

const [name, ...rest] = process.argv.slice(2);

async function main() {
  if (!Object.hasOwn(BENCHES, name ?? "")) {
    for (const [known, what] of Object.entries(BENCHES)) console.log(`${known.padEnd(12)}${what}`);
    if (name) throw new Error(`There is no bench "${name}".`);
    return 0;
  }
  requireNode();
  requireGit();
  const note = (line) => console.error(line);
  await installIfNeeded({ onProgress: note });
  if (!rest.includes("--no-build")) {
    const { buildIfStale } = await import("./platform/build.mjs");
    await buildIfStale({ onProgress: note });
  } else if (!fs.existsSync(path.join(projectDir, ".next/BUILD_ID"))) {
    throw new Error("There is no build. Run npm run build, or leave out --no-build.");
  }
  const child = spawn(process.execPath, ["--import", "tsx", `bench/${name}.ts`, ...rest], {
    cwd: projectDir,
    env: { ...process.env, CLEARWAY_DEMO: "1", CLEARWAY_OIDC_ISSUER: "", NODE_ENV: "production" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
