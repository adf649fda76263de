import { sql } from "drizzle-orm";
import type { GrantOrigin } from "@/domain/people/access";
import { needsSecondAdministrator } from "@/domain/people/access";
import type { ScopeKind } from "@/domain/people/actor";
import type { GroupMeaning } from "@/domain/people/input";
import type { Role } from "@/domain/people/roles";
import type { Context } from "../context";
import { readRequests } from "./requests";
import { countAdministrators, demandManage, readScopeInUse, SCOPE_NAME } from "./rows";
import { FIRST_NAMES, type Several, several } from "./several";

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
  members: Several;
};

/** What the provider's groups mean here and what they are asked to mean, and those seen at sign-ins that mean nothing yet. */
export async function listGroups(ctx: Context) {
  demandManage(ctx);
  const [rows, unknown, open] = await Promise.all([
    ctx.db.execute<GroupRow>(sql`
      select g.id, g.group_name as "groupName", g.role, g.scope_kind as "scopeKind", g.scope_id as "scopeId",
        ${SCOPE_NAME} as "scopeName", g.origin, g.created_at as "createdAt",
        (select name from people where id = coalesce(r.requested_by_id, g.created_by_id)) as by,
        (select name from people where id = r.decided_by_id) as "agreedBy",
        ${several(sql`select pe.id, pe.name from grants h join people pe on pe.id = h.person_id
          where h.group_role_id = g.id and h.revoked_at is null`)} as members
      from group_roles g left join access_requests r on r.id = g.access_request_id
      where g.revoked_at is null order by g.group_name, g.role desc, g.id limit 500`),
    ctx.db.execute<{ name: string; members: Several }>(sql`
      select name, jsonb_build_object('count', count(*), 'names', jsonb_agg(person order by n) filter (where n <= ${FIRST_NAMES})) as members
      from (
        select m.name, m.person, row_number() over (partition by m.name order by m.person, m.id) as n
        from (
          select distinct t.name, pe.name as person, pe.id
          from identities i join people pe on pe.id = i.person_id and pe.is_active, unnest(i.groups) as t(name)
          where not exists (select 1 from group_roles g where g.group_name = t.name and g.revoked_at is null)) m) numbered
      group by name order by name limit 200`),
    readRequests(ctx, {}),
  ]);
  return {
    items: rows.rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) })),
    /** Rows that wait for a second administrator. */
    waiting: open.filter(({ groupName }) => groupName !== null),
    unknown: unknown.rows,
  };
}

/** Who would get the role, as of the last sign-ins, before anything is done. */
export async function previewGroupRole(ctx: Context, input: GroupMeaning) {
  const actor = demandManage(ctx);
  await readScopeInUse(ctx.db, input.scope);
  const { rows } = await ctx.db.execute<{ gaining: Several; having: Several; administrators: Several }>(sql`
    with members as (
      select distinct pe.id, pe.name, is_administrator(pe.id) as administers, exists (select 1 from grants g where g.person_id = pe.id and g.revoked_at is null and g.role = ${input.role}::role
        and (g.scope_kind = 'organisation' or (g.scope_kind = ${input.scope.kind}::scope_kind and g.scope_id is not distinct from ${input.scope.id}::uuid))) as has
      from identities i join people pe on pe.id = i.person_id and pe.is_active
      where ${input.groupName} = any (i.groups))
    select ${several(sql`select id, name from members where not has`)} as gaining,
      ${several(sql`select id, name from members where has`)} as having,
      ${several(sql`select id, name from members where administers`)} as administrators`);
  const [members] = rows;
  if (!members) throw new Error("select returned no row");
  const { rows: own } = await ctx.db.execute<{ gains: boolean }>(
    sql`select gains_by_group(${actor.personId}::uuid, ${input.groupName}, ${input.role}::role, ${input.scope.kind}::scope_kind, ${input.scope.id}::uuid) as gains`,
  );
  return {
    gaining: members.gaining,
    having: members.having,
    /** They administer: votes that the role would give them do not count. */
    administrators: members.administrators,
    takesTwo: needsSecondAdministrator(input.role, await countAdministrators(ctx.db)),
    refusal: own[0]?.gains
      ? "You are in this group and would give yourself the role. Another administrator does this."
      : null,
  };
}
