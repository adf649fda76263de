import { and, asc, eq, isNull } from "drizzle-orm";
import type { Db } from "@/db/client";
import { grants, people } from "@/db/schema";

/** Whom to ask for a role: a few names of active platform admins. */
export async function listAdministrators(db: Db): Promise<string[]> {
  const rows = await db
    .selectDistinct({ name: people.name })
    .from(people)
    .innerJoin(grants, and(eq(grants.personId, people.id), isNull(grants.revokedAt)))
    .where(and(eq(grants.role, "platform_admin"), eq(people.isActive, true)))
    .orderBy(asc(people.name))
    .limit(5);
  return rows.map((row) => row.name);
}
