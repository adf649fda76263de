import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { createClient, createPool } from "./client";
import { cloneDatabase } from "./testing/cloned-database";

test("a query that comes back is planned once a connection, and answers with its own values", async () => {
  const database = await cloneDatabase();
  const pool = createPool(database.url, { max: 1 });
  try {
    const db = createClient(pool);
    for (let n = 0; n < 8; n++) {
      const { rows } = await db.execute(sql`select ${n}::int as asked from (values (1)) planned(x)`);
      expect(rows).toEqual([{ asked: n }]);
    }
    const { rows } = await pool.query<{ statement: string }>("select statement from pg_prepared_statements");
    expect(rows.filter(({ statement }) => statement.includes("planned(x)"))).toHaveLength(1);
  } finally {
    await pool.end();
    await database.drop();
  }
});
