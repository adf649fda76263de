import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";

const TEMPLATE = "clearway_template";

export type ClonedDatabase = { url: string; drop: () => Promise<void> };

/** A migrated database of one's own: `beforeAll` a file, or a test whose rows must be committed. */
export function cloneDatabase(): Promise<ClonedDatabase> {
  return createDatabase(`template ${TEMPLATE}`);
}

/** A copy of one to which nobody is connected. */
export function cloneOf({ url }: ClonedDatabase): Promise<ClonedDatabase> {
  return createDatabase(`template ${new URL(url).pathname.slice(1)}`);
}

/** One in which nothing was ever made. */
export function emptyDatabase(): Promise<ClonedDatabase> {
  return createDatabase("");
}

async function createDatabase(like: string): Promise<ClonedDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await onServer(`create database ${name} ${like}`);
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`drop database if exists ${name} with (force)`) };
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
