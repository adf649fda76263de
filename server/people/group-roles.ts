import { and, eq, isNull, sql } from "drizzle-orm";
import { grants, groupRoles } from "@/db/schema";
import { conflict, notFound } from "@/domain/errors";
import type { GrantScope } from "@/domain/people/actor";
import type { RevokeGroupRole } from "@/domain/people/input";
import type { Role } from "@/domain/people/roles";
import { type Change, change } from "../audit/change";
import type { Context } from "../context";
import { reconsiderVotes } from "./reconsider";
import { announcePeople, demandAnotherAdministrator, demandManage, readScopeName, roleInWords } from "./rows";

type Meaning = { groupName: string; role: Role; scope: GrantScope; reason: string };

/** Everybody who was in the group at their last sign-in has the role at once, others when they sign in. */
export async function insertGroupRole(
  c: Change,
  meaning: Meaning,
  scopeName: string,
  given: { by: string; requestId: string | null },
): Promise<string> {
  const { groupName, role, scope } = meaning;
  const [row] = await c.db
    .insert(groupRoles)
    .values({
      groupName,
      role,
      scopeKind: scope.kind,
      scopeId: scope.id,
      origin: "person",
      createdById: given.by,
      accessRequestId: given.requestId,
      createdAt: c.now,
    })
    .returning({ id: groupRoles.id });
  if (!row) throw new Error("insert returned no row");
  const { rows: gained } = await c.db.execute<{ personId: string; name: string }>(sql`
    insert into grants (person_id, role, scope_kind, scope_id, origin, group_role_id, created_at)
    select distinct pe.id, ${role}::role, ${scope.kind}::scope_kind, ${scope.id}::uuid, 'group'::grant_origin, ${row.id}::uuid, clearway_now()
    from identities i join people pe on pe.id = i.person_id and pe.is_active
    where ${groupName} = any (i.groups)
    returning person_id as "personId", (select name from people where id = person_id) as name`);
  c.audit({
    action: "group_role.added",
    subject: groupSubject(groupName),
    after: {
      role: roleInWords(role, scopeName),
      groupRoleId: row.id,
      gained: gained.map(({ name }) => name).sort(),
      ...(given.requestId ? { requestId: given.requestId } : {}),
    },
    reason: meaning.reason,
  });
  await reconsiderVotes(
    c,
    gained.map(({ personId }) => personId),
  );
  announcePeople(c, row.id);
  return row.id;
}

/** What the group means no longer: everybody loses what followed from it, in the same transaction. */
export async function revokeGroupRole(ctx: Context, input: RevokeGroupRole) {
  demandManage(ctx);
  return change(ctx, async (c) => {
    const [row] = await c.db
      .select()
      .from(groupRoles)
      .where(eq(groupRoles.id, input.groupRoleId))
      .for("update");
    if (!row) throw notFound("row of a group");
    if (row.revokedAt) throw conflict("This was revoked already.");
    const losing = await c.db
      .select({ personId: grants.personId })
      .from(grants)
      .where(and(eq(grants.groupRoleId, row.id), isNull(grants.revokedAt)));
    const scope: GrantScope = { kind: row.scopeKind, id: row.scopeId };
    await c.db.update(groupRoles).set({ revokedAt: c.now }).where(eq(groupRoles.id, row.id));
    // Asked after the fact: whoever follows from this row administers no longer.
    if (row.role === "platform_admin") await demandAnotherAdministrator(c, null);
    c.audit({
      action: "group_role.revoked",
      subject: groupSubject(row.groupName),
      before: { role: roleInWords(row.role, await readScopeName(c.db, scope)), groupRoleId: row.id },
      reason: input.reason,
    });
    await reconsiderVotes(
      c,
      losing.map(({ personId }) => personId),
    );
    announcePeople(c, row.id);
    return { groupName: row.groupName, role: row.role, scope };
  });
}

function groupSubject(groupName: string) {
  return { type: "group", id: groupName, label: groupName };
}
