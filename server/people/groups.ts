import { sql } from "drizzle-orm";
import type { GrantOrigin } from "@/domain/people/access";
import { needsSecondAdministrator } from "@/domain/people/access";
import type { ScopeKind } from "@/domain/people/actor";
import type { GroupMeaning } from "@/domain/people/input";
import type { Role } from "@/domain/people/roles";
import type { Context } from "../context";
import { countAdministrators, demandManage, readScopeName, SCOPE_NAME } from "./rows";

type GroupRow = {
  id: string;
  groupName: string;
  role: Role;
  scopeKind: ScopeKind;
  scopeId: string | null;
  scopeName: string | null;
  origin: GrantOrigin;
  createdAt: string;
  by: string | null;
  agreedBy: string | null;
  /** Who holds the role by it now. */
  members: string[];
};

/** What the provider's groups mean here, and those seen at sign-ins that mean nothing yet. */
export async function listGroups(ctx: Context) {
  demandManage(ctx);
  const [rows, unknown] = await Promise.all([
    ctx.db.execute<GroupRow>(sql`
      select g.id, g.group_name as "groupName", g.role, g.scope_kind as "scopeKind", g.scope_id as "scopeId",
        ${SCOPE_NAME} as "scopeName", g.origin, g.created_at as "createdAt",
        (select name from people where id = coalesce(r.requested_by_id, g.created_by_id)) as by,
        (select name from people where id = r.decided_by_id) as "agreedBy",
        array(select pe.name from grants h join people pe on pe.id = h.person_id
          where h.group_role_id = g.id and h.revoked_at is null order by pe.name) as members
      from group_roles g left join access_requests r on r.id = g.access_request_id
      where g.revoked_at is null order by g.group_name, g.role desc, g.id limit 500`),
    ctx.db.execute<{ name: string; members: string[] }>(sql`
      select t.name, array_agg(distinct pe.name order by pe.name) as members
      from identities i join people pe on pe.id = i.person_id and pe.is_active, unnest(i.groups) as t(name)
      where not exists (select 1 from group_roles g where g.group_name = t.name and g.revoked_at is null)
      group by t.name order by t.name limit 200`),
  ]);
  return {
    items: rows.rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) })),
    unknown: unknown.rows,
  };
}

/** Who would get the role, as of the last sign-ins, before anything is done. */
export async function previewGroupRole(ctx: Context, input: GroupMeaning) {
  const actor = demandManage(ctx);
  await readScopeName(ctx.db, input.scope);
  const { rows } = await ctx.db.execute<{ name: string; isAdministrator: boolean; has: boolean }>(sql`
    select distinct pe.name, is_administrator(pe.id) as "isAdministrator",
      exists (select 1 from grants g where g.person_id = pe.id and g.revoked_at is null and g.role = ${input.role}::role
        and (g.scope_kind = 'organisation' or (g.scope_kind = ${input.scope.kind}::scope_kind and g.scope_id is not distinct from ${input.scope.id}::uuid))) as has
    from identities i join people pe on pe.id = i.person_id and pe.is_active
    where ${input.groupName} = any (i.groups) order by pe.name`);
  const { rows: own } = await ctx.db.execute<{ gains: boolean }>(
    sql`select gains_by_group(${actor.personId}::uuid, ${input.groupName}, ${input.role}::role, ${input.scope.kind}::scope_kind, ${input.scope.id}::uuid) as gains`,
  );
  return {
    gaining: rows.filter((row) => !row.has).map(({ name }) => name),
    having: rows.filter((row) => row.has).map(({ name }) => name),
    /** They administer: votes that the role would give them do not count. */
    administrators: rows.filter((row) => row.isAdministrator).map(({ name }) => name),
    takesTwo: needsSecondAdministrator(input.role, await countAdministrators(ctx.db)),
    refusal: own[0]?.gains
      ? "You are in this group and would give yourself the role. Another administrator does this."
      : null,
  };
}
