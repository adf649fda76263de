import { inArray } from "drizzle-orm";
import type { Db } from "@/db/client";
import { environments } from "@/db/schema";

/** Names by key: sentences call environments what people call them. */
export async function environmentNames(db: Db, keys: readonly string[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const rows = await db
    .select({ key: environments.key, name: environments.name })
    .from(environments)
    .where(inArray(environments.key, [...keys]));
  return new Map(rows.map(({ key, name }) => [key, name]));
}
