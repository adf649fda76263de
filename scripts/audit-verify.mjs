// npm run audit:verify: walks the audit chain and names the first row that does not hold. Also while Clearway runs.
import fs from "node:fs";
import path from "node:path";
import { runToEnd } from "./platform/children.mjs";
import { projectDir } from "./platform/files.mjs";
import { prepareInstallation, readSettings } from "./platform/settings.mjs";

async function verify() {
  if (!fs.existsSync(path.join(projectDir, "dist/server.mjs")))
    throw new Error("There is no build. Run npm run build.");
  const settings = readSettings();
  const postgres = settings.databaseUrl ? undefined : await ownDatabase(settings.dataDir);
  try {
    const env = {
      ...prepareInstallation(settings),
      NODE_ENV: "production",
      DATABASE_URL: settings.databaseUrl ?? postgres.url,
    };
    await runToEnd("audit-verify", env);
  } finally {
    // Somebody else's server, that of a running Clearway, stays up.
    if (postgres && !postgres.reused) await postgres.stop();
  }
}

async function ownDatabase(dataDir) {
  const directory = path.join(dataDir, "postgres");
  if (!fs.existsSync(path.join(directory, "data")))
    throw new Error("There is no database yet. npm start makes one.");
  const { startPostgres } = await import("./platform/postgres.mjs");
  return startPostgres({ directory });
}

try {
  await verify();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
