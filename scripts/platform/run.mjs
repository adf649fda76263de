import { spawn } from "node:child_process";
import path from "node:path";
import { projectDir } from "./files.mjs";

export const bin = (name) => path.join(projectDir, "node_modules/.bin", name);

/** Runs a program in the project with our own output; rejects when it does not end with 0. */
export async function run(command, args, { env = {}, quiet = false } = {}) {
  const { code, output } = await attempt(command, args, { env, capture: quiet });
  if (code === 0) return;
  if (output) process.stderr.write(output);
  throw new Error(`${path.basename(command)} ${args.join(" ")} ended with ${code}.`);
}

/** Like run, but an unhappy end is an answer: `{ code, output }`. */
export function attempt(command, args, { env = {}, capture = true } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: projectDir,
      env: { ...process.env, ...env },
      stdio: ["ignore", capture ? "pipe" : "inherit", capture ? "pipe" : "inherit"],
      shell: process.platform === "win32",
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        output += chunk;
      });
    }
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code: code ?? `signal ${signal}`, output }));
  });
}
