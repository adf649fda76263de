// npm run demo:reset: throws the demonstration away; the next start prepares it anew.
import fs from "node:fs";
import path from "node:path";
import { stopPostgres } from "./platform/postgres.mjs";
import { readSettings } from "./platform/settings.mjs";
import { becomeTheLauncher } from "./platform/single-launcher.mjs";

const PARTS = ["repositories", "artifacts", "jobs", "slots", "postgres", "slot-host-port", "secret"];

try {
  const { databaseUrl, demonstration, dataDir } = readSettings();
  if (databaseUrl)
    throw new Error("DATABASE_URL is set: Clearway does not empty a database that it does not own.");
  if (!demonstration) throw new Error("This is not a demonstration (CLEARWAY_DEMO, CLEARWAY_OIDC_ISSUER).");
  if (!fs.existsSync(dataDir)) {
    console.log("There is no demonstration yet. npm start prepares one.");
  } else {
    const launcher = await becomeTheLauncher(dataDir);
    if (launcher.runningAt)
      throw new Error(`Clearway is running at ${launcher.runningAt}. Stop it first (ctrl-C).`);
    await stopPostgres(path.join(dataDir, "postgres"));
    for (const part of PARTS) fs.rmSync(path.join(dataDir, part), { recursive: true, force: true });
    launcher.release();
    console.log("The demonstration is gone. npm start prepares a new one.");
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
