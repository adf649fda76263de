import { and, eq, gt, sql } from "drizzle-orm";
import type { Adapter, AdapterUser } from "next-auth/adapters";
import type { Client } from "@/db/client";
import { people, sessions } from "@/db/schema";
import { hashToken } from "./sessions";

/** next-auth's adapter on our people and sessions: tokens are hashed at rest, and next-auth creates nobody. */
export function sessionAdapter(db: Client): Adapter {
  return {
    async getSessionAndUser(token) {
      const [row] = await db
        .select({ user: people, expires: sessions.expires })
        .from(sessions)
        .innerJoin(people, and(eq(people.id, sessions.userId), eq(people.isActive, true)))
        .where(and(eq(sessions.sessionToken, hashToken(token)), gt(sessions.expires, sql`now()`)));
      if (!row) return null;
      return {
        session: { sessionToken: token, userId: row.user.id, expires: row.expires },
        user: asUser(row.user),
      };
    },
    async createSession({ sessionToken, userId, expires }) {
      await db.insert(sessions).values({ sessionToken: hashToken(sessionToken), userId, expires });
      return { sessionToken, userId, expires };
    },
    async updateSession({ sessionToken, expires }) {
      if (expires) {
        await db
          .update(sessions)
          .set({ expires })
          .where(eq(sessions.sessionToken, hashToken(sessionToken)));
      }
      return null;
    },
    async deleteSession(token) {
      await db.delete(sessions).where(eq(sessions.sessionToken, hashToken(token)));
    },
    async getUser(id) {
      const [row] = await db.select().from(people).where(eq(people.id, id));
      return row ? asUser(row) : null;
    },
  };
}

function asUser(person: typeof people.$inferSelect): AdapterUser {
  return {
    id: person.id,
    name: person.name,
    email: person.email,
    emailVerified: person.emailVerified,
    image: null,
  };
}
