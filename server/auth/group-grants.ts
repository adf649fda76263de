import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { grants, groupRoles, identities } from "@/db/schema";
import { planGroupSync } from "@/domain/people/group-sync";
import type { Change } from "../audit/change";
import { reconsiderVotes } from "../people/reconsider";
import { announcePeople, personSubject } from "../people/rows";

/**
 * Brings the roles a person has by their groups in line with the reviewed table: called at every sign-in, and wherever
 * the table or somebody's identities change. Every role given or taken is an audit row.
 */
export async function syncGroupGrants(c: Change, person: { id: string; name: string }): Promise<void> {
  const known = await c.db
    .select({ groups: identities.groups })
    .from(identities)
    .where(eq(identities.personId, person.id));
  const rows = await c.db.select().from(groupRoles).where(isNull(groupRoles.revokedAt)).for("share");
  const held = await c.db
    .select()
    .from(grants)
    .where(and(eq(grants.personId, person.id), isNull(grants.revokedAt)));
  const { add, revoke } = planGroupSync(
    known.flatMap((identity) => identity.groups),
    rows,
    held,
  );
  if (revoke.length > 0) {
    await c.db
      .update(grants)
      .set({ revokedAt: sql`clearway_now()` })
      .where(
        inArray(
          grants.id,
          revoke.map((grant) => grant.id),
        ),
      );
  }
  if (add.length > 0) {
    await c.db.insert(grants).values(
      add.map(({ id, role, scopeKind, scopeId }) => ({
        personId: person.id,
        role,
        scopeKind,
        scopeId,
        origin: "group" as const,
        groupRoleId: id,
      })),
    );
  }
  const subject = personSubject(person);
  for (const { role, scopeKind, scopeId, groupRoleId } of revoke) {
    const group = rows.find((row) => row.id === groupRoleId)?.groupName ?? null;
    c.audit({
      action: "grant.revoked",
      subject,
      before: { role, scopeKind, scopeId, group },
      reason: "No longer in the group.",
    });
  }
  for (const { role, scopeKind, scopeId, groupName } of add) {
    c.audit({ action: "grant.given", subject, after: { role, scopeKind, scopeId, group: groupName } });
  }
  if (add.length + revoke.length === 0) return;
  await reconsiderVotes(c, [person.id]);
  announcePeople(c, person.id);
}

/** The groups the provider told of a person at their last sign-ins. */
export async function groupsOf(db: Db, personId: string): Promise<string[]> {
  const known = await db
    .select({ groups: identities.groups })
    .from(identities)
    .where(eq(identities.personId, personId));
  return [...new Set(known.flatMap((identity) => identity.groups))].sort();
}
