import { sql } from "drizzle-orm";
import type { AccessDecision } from "@/domain/people/access";
import type { ScopeKind } from "@/domain/people/actor";
import type { Role } from "@/domain/people/roles";
import type { Context } from "../context";
import { demandManage, managesPeople, readAdministrators, SCOPE_NAME } from "./rows";
import { type Several, several } from "./several";

type RequestRow = {
  id: string;
  personId: string | null;
  name: string;
  groupName: string | null;
  role: Role;
  scopeKind: ScopeKind;
  scopeId: string | null;
  scopeName: string | null;
  reason: string;
  requestedById: string;
  requestedBy: string;
  createdAt: string;
  decision: AccessDecision | null;
  decidedBy: string | null;
  decidedAt: string | null;
  /** Who would gain the role by it, as of their last sign-in; for a person, that person. */
  gaining: Several;
  isMember: boolean;
};

/** Wishes that wait for a second administrator, and with `withDecided` the last that were decided. */
export async function readRequests(
  ctx: Context,
  { personId, withDecided = false }: { personId?: string; withDecided?: boolean },
) {
  const me = ctx.actor.kind === "person" ? ctx.actor.personId : null;
  const { rows } = await ctx.db.execute<RequestRow>(sql`
    select g.id, g.person_id as "personId", coalesce(pe.name, g.group_name) as name, g.group_name as "groupName", g.role,
      g.scope_kind as "scopeKind", g.scope_id as "scopeId", ${SCOPE_NAME} as "scopeName", g.reason,
      g.requested_by_id as "requestedById", (select name from people where id = g.requested_by_id) as "requestedBy",
      g.created_at as "createdAt", g.decision, (select name from people where id = g.decided_by_id) as "decidedBy",
      g.decided_at as "decidedAt",
      ${several(sql`select m.id, m.name from people m where m.id = g.person_id
        union select m.id, m.name from identities i join people m on m.id = i.person_id and m.is_active
        where g.group_name is not null and g.group_name = any (i.groups)`)} as gaining,
      g.group_name is not null and gains_by_group(${me}::uuid, g.group_name, g.role, g.scope_kind, g.scope_id) as "isMember"
    from access_requests g left join people pe on pe.id = g.person_id
    where ${personId ? sql`g.person_id = ${personId}::uuid and g.decision is null` : withDecided ? sql`true` : sql`g.decision is null`}
    order by g.decision is not null, coalesce(g.decided_at, g.created_at) desc, g.id limit 100`);
  return rows.map(({ isMember, ...row }) => ({
    ...row,
    createdAt: new Date(row.createdAt),
    decidedAt: row.decidedAt ? new Date(row.decidedAt) : null,
    isMine: row.requestedById === me,
    /** Why whoever looks cannot agree; null where they can. */
    refusal:
      row.requestedById === me
        ? "You asked for this, so another administrator agrees."
        : row.personId === me
          ? "It is for you. Another administrator agrees."
          : isMember
            ? "You are in this group and would get the role. Another administrator agrees."
            : null,
  }));
}

export async function listRequests(ctx: Context) {
  const actor = demandManage(ctx);
  const [items, others] = await Promise.all([
    readRequests(ctx, { withDecided: true }),
    readAdministrators(ctx.db, [actor.personId]),
  ]);
  return { items, administrators: others.map(({ name }) => name) };
}

/** How many wait at all, and `count` for whoever asks: what another administrator asked for. Nothing for everybody else. */
export async function countRequests(ctx: Context): Promise<{ count: number; open: number }> {
  if (!managesPeople(ctx)) return { count: 0, open: 0 };
  const open = await readRequests(ctx, {});
  return { count: open.filter(({ refusal }) => refusal === null).length, open: open.length };
}
