import type { Pool } from "pg";
import { DomainError } from "@/domain/errors";
import { SERVER_TIMEOUTS } from "./client";
import { asRefusal } from "./refusals";

/** Without these an acknowledged change may be gone after a crash of the server. */
const DURABLE = ["fsync", "full_page_writes", "synchronous_commit"];

/**
 * What the server makes of our settings, asked at the start: a pooler in between may drop them, and without the timeouts
 * a frozen process would keep its locks. Throws then. What only endangers durability is told in the log, and a server that
 * is away is asked nothing: whoever starts waits for it as at any other time.
 */
export async function demandServerSettings(pool: Pool): Promise<void> {
  const settings = await readSettings(pool);
  if (!settings) return;
  for (const [name, wanted] of Object.entries(SERVER_TIMEOUTS)) {
    if (settings.get(name) === String(wanted)) continue;
    throw new Error(
      `The database server ignores our ${name}: it is ${settings.get(name)}, not ${wanted} ms. ` +
        "A pooler in between must pass on the options of a connection.",
    );
  }
  const off = DURABLE.filter((name) => settings.get(name) === "off");
  if (off.length === 0) return;
  const message = `The database server has ${off.join(", ")} off: after a crash, what was acknowledged may be gone.`;
  console.error(JSON.stringify({ level: "warning", task: "database", message }));
}

async function readSettings(pool: Pool): Promise<Map<string, string> | null> {
  const names = [...Object.keys(SERVER_TIMEOUTS), ...DURABLE];
  try {
    const { rows } = await pool.query<{ name: string; setting: string }>(
      "select name, setting from pg_settings where name = any ($1)",
      [names],
    );
    return new Map(rows.map(({ name, setting }) => [name, setting]));
  } catch (error) {
    if (asRefusal(error) instanceof DomainError) return null;
    throw error;
  }
}
