import { execFileSync } from "node:child_process";
import fs from "node:fs";

/** Process ids of one role of the installation whose data directory this is; "launcher" is what `npm start` runs. */
export function processesOfRole(role: string, dataDir: string): number[] {
  const pids = execFileSync("ps", ["-eo", "pid="], { encoding: "utf8" }).trim().split(/\s+/).map(Number);
  return pids.filter((pid) => {
    try {
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      const isRole =
        role === "launcher"
          ? command.some((part) => part.endsWith("scripts/start.mjs"))
          : command.some((part) => part.endsWith("dist/server.mjs")) && command.includes(role);
      const environment = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      return isRole && environment.includes(`CLEARWAY_DATA_DIR=${dataDir}`);
    } catch {
      return false;
    }
  });
}
