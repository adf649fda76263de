import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { startPostgres, stopPostgres } from "../../scripts/platform/postgres.mjs";
import { migrateDatabase } from "../migrate";

declare module "vitest" {
  // biome-ignore lint/style/useConsistentTypeDefinitions: only an interface merges with vitest's own
  interface ProvidedContext {
    /** URL of the server's own database; the migrated template beside it is `TEMPLATE`. */
    postgresUrl: string;
  }
}

const TEMPLATE = "clearway_template";

/** Memory, where there is plenty: hundreds of databases are made and dropped, of six hundred files each. */
const MEMORY = "/dev/shm";
const PLENTY_BYTES = 4 * 1024 ** 3;
const PREFIX = "clearway-test-";
const NO_RUN_TAKES_MS = 6 * 3_600_000;

function quickestDirectory(): string {
  try {
    const { bavail, bsize } = fs.statfsSync(MEMORY);
    return bavail * bsize > PLENTY_BYTES ? MEMORY : os.tmpdir();
  } catch {
    return os.tmpdir();
  }
}

/** What runs left there that were killed: memory is not emptied at a restart of anything but the machine. */
async function removeLeftovers(): Promise<void> {
  if (quickestDirectory() !== MEMORY) return;
  for (const name of fs.readdirSync(MEMORY).filter((one) => one.startsWith(PREFIX))) {
    const directory = path.join(MEMORY, name);
    if (Date.now() - fs.statSync(directory).mtimeMs < NO_RUN_TAKES_MS) continue;
    await stopPostgres(path.join(directory, "postgres"));
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/** One PostgreSQL for the run, with one migrated database from which the others are cloned. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const directory = fs.mkdtempSync(path.join(quickestDirectory(), PREFIX));
  fs.chmodSync(directory, 0o711);
  const server = await startPostgres({
    directory: path.join(directory, "postgres"),
    settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" },
  });
  const remove = async () => {
    await server.stop();
    fs.rmSync(directory, { recursive: true, force: true });
  };
  try {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query(`create database ${TEMPLATE}`);
    await client.end();
    const template = new URL(server.url);
    template.pathname = `/${TEMPLATE}`;
    await migrateDatabase(template.href);
  } catch (error) {
    await remove();
    throw error;
  }
  project.provide("postgresUrl", server.url);
  return remove;
}
