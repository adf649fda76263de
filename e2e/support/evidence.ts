import fs from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import pg from "pg";
import { checkInvariants, nothingIsStuck } from "../../server/faults/testing/invariants";
import type { RealInstallation } from "./real-installation";
import { expect } from "./test";

export type Seen = {
  /** Votes that the screen confirmed: the promotion's number and the person's name. */
  approved: readonly { number: number; name: string }[];
  /** Promotions that the screen showed as asked for. */
  requested: readonly number[];
  /** What may stand in no log and no page, beside the installation's own secrets. */
  secrets: readonly string[];
  /** Pages of people, as they were told. */
  answers: readonly string[];
  /** A page of somebody of another product, and names that this person must not read. */
  stranger: Page;
  names: readonly string[];
};

/** V1 to V11 over an installation that has come to rest, by its database, its repositories' files and its slots. */
export async function expectInvariants(real: RealInstallation, seen: Seen): Promise<void> {
  const pool = new pg.Pool({ connectionString: real.databaseUrl, max: 2 });
  try {
    await expect.poll(() => nothingIsStuck(pool), { timeout: 60_000 }).toEqual([]);
    const ids = await real.sql<{ id: string; number: number }>("select id, number from promotions");
    const people = await real.sql<{ id: string; name: string }>("select id, name from people");
    const idOf = (number: number) => ids.find((row) => row.number === number)?.id ?? `#${number}`;
    const breaches = await checkInvariants({
      pool,
      repository: onlyRepository(real),
      slots: path.join(real.dataDir, "slots"),
      acknowledged: seen.approved.map(({ number, name }) => ({
        promotionId: idOf(number),
        personId: people.find((row) => row.name === name)?.id ?? name,
      })),
      requested: seen.requested.map(idOf),
      outputs: real.outputs,
      answers: seen.answers,
      recoveries: [],
      secrets: () => [
        real.env.CLEARWAY_SECRET ?? "",
        real.env.CLEARWAY_OIDC_CLIENT_SECRET ?? "",
        decodeURIComponent(new URL(real.databaseUrl).password),
        ...seen.secrets,
      ],
      foreign: { names: seen.names, read: () => readEverything(seen.stranger) },
    });
    expect(breaches).toEqual([]);
  } finally {
    await pool.end();
  }
}

function onlyRepository(real: RealInstallation): string {
  const directory = path.join(real.dataDir, "repositories");
  const [found, ...others] = fs.readdirSync(directory).filter((name) => !name.startsWith("."));
  if (!found || others.length > 0) throw new Error("One repository was expected.");
  return path.join(directory, found);
}

const LISTS = ["/promotions?view=all", "/environments", "/pipelines", "/pull-requests", "/catalog", "/audit"];

async function readEverything(page: Page): Promise<string> {
  const told: string[] = [];
  for (const list of LISTS) {
    const answer = await page.request.get(list);
    expect(answer.status(), list).toBe(200);
    told.push(await answer.text());
  }
  return told.join("\n");
}
