import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { isReachableByOthers, keptSecret, projectDir } from "./files.mjs";

const given = (name) => process.env[name] || undefined;

/**
 * What the launcher must know of the configuration; server/env.ts checks the whole of it
 * and has the same rule for when the demonstration is on.
 */
export function readSettings() {
  const databaseUrl = given("DATABASE_URL");
  const demo = given("CLEARWAY_DEMO");
  const settings = {
    databaseUrl,
    demonstration: demo ? demo === "1" : !databaseUrl && !given("CLEARWAY_OIDC_ISSUER"),
    dataDir: path.resolve(given("CLEARWAY_DATA_DIR") ?? defaultDataDir()),
    host: given("CLEARWAY_HOST") ?? "127.0.0.1",
    port: Number(given("PORT") ?? 3000),
  };
  if (!Number.isInteger(settings.port) || settings.port < 1 || settings.port > 65_535) {
    throw new Error(`PORT must be a number from 1 to 65535; it is "${process.env.PORT}".`);
  }
  return settings;
}

/** PostgreSQL and pipeline jobs run as users of their own when we are root: they must get there. */
function defaultDataDir() {
  if (process.getuid?.() !== 0 || isReachableByOthers(projectDir)) return path.join(projectDir, ".data");
  const hash = createHash("sha256").update(projectDir).digest("hex").slice(0, 12);
  return path.join("/var/lib/clearway", hash);
}

/** Makes the data directory and returns the variables all roles share. */
export function prepareInstallation(settings) {
  fs.mkdirSync(settings.dataDir, { recursive: true, mode: 0o711 });
  return {
    CLEARWAY_DATA_DIR: settings.dataDir,
    CLEARWAY_DEMO: settings.demonstration ? "1" : "0",
    CLEARWAY_SECRET: given("CLEARWAY_SECRET") ?? keptSecret(path.join(settings.dataDir, "secret")),
  };
}
