import { Client } from "pg";
import { cloneDatabase } from "./cloned-database";

export type PlainSql = Awaited<ReturnType<typeof startPlainSql>>;

/** A database of one's own that holds `base`, for attacks as its owner: no application code is between. */
export async function startPlainSql(base: string) {
  const { url, drop } = await cloneDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`begin; ${base} commit;`);
  return {
    client,
    /** Somebody else at the same time; `leave` ends what they have begun. */
    async another() {
      const other = new Client({ connectionString: url });
      await other.connect();
      const leave = async () => {
        await other.query("rollback");
        await other.end();
      };
      return { other, leave };
    },
    /** Runs the attack in a transaction that is undone; what it was refused with, or "accepted". */
    async attempt(attack: string): Promise<string> {
      await client.query("begin");
      try {
        await client.query(attack);
        await client.query("set constraints all immediate");
        return "accepted";
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      } finally {
        await client.query("rollback");
      }
    },
    async stop() {
      await client.end();
      await drop();
    },
  };
}

/** The nth of the ids that a test names its rows by. */
export const ID = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** What everything governed demands in its transaction. */
export const audit = `insert into audit_events (payload) values ('{"action":"test","actor":{"id":null,"kind":"system","name":"t"},"at":"2026-01-01T00:00:00Z","subject":{"id":"1","label":"x","productId":null,"type":"test"}}');`;
