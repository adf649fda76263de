import { and, asc, inArray, isNull, ne, type SQL, sql } from "drizzle-orm";
import { people } from "@/db/schema";
import { csvCell } from "@/domain/audit/payload";
import type { GrantOrigin } from "@/domain/people/access";
import type { ScopeKind } from "@/domain/people/actor";
import type { FindOthers, ListPeople } from "@/domain/people/input";
import type { PersonState } from "@/domain/people/person-states";
import { ROLE_NAMES, type Role } from "@/domain/people/roles";
import { can } from "@/domain/permissions";
import { change } from "../audit/change";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { demandManage, managesPeople, SCOPE_NAME } from "./rows";

const PAGE_SIZE = 50;

export type HeldRole = {
  id: string;
  personId: string;
  role: Role;
  scopeKind: ScopeKind;
  scopeId: string | null;
  scopeName: string | null;
  origin: GrantOrigin;
  groupName: string | null;
};

/** Roles in force with the alias `g` that the actor may know of: those of the whole organisation and of their own scopes. */
function visible(ctx: Context): SQL {
  const scoped = inScope(ctx.actor, "people.read", {
    productId: sql`(case g.scope_kind when 'product' then g.scope_id end)`,
    clientId: sql`(case g.scope_kind when 'client' then g.scope_id end)`,
    environmentId: sql`(case g.scope_kind when 'environment' then g.scope_id end)`,
  });
  return sql`g.revoked_at is null and (g.scope_kind = 'organisation' or ${scoped})`;
}

/** Whom the actor may see: everybody, for whoever reads all of the organisation; else who has a role in their scopes. */
export function visiblePeople(ctx: Context): SQL {
  if (can(ctx.actor, "people.read", { productId: null })) return sql`true`;
  const self = ctx.actor.kind === "person" ? sql`people.id = ${ctx.actor.personId}::uuid` : sql`false`;
  return sql`(${self} or (people.is_active and exists (select 1 from grants g where g.person_id = people.id and ${visible(ctx)})))`;
}

/** "invited": added, but never signed in. Sessions count for those who have no identity of a provider. */
export const PERSON_STATE = sql<PersonState>`case
  when people.same_as_id is not null then 'linked'
  when not people.is_active then 'inactive'
  when not exists (select 1 from identities i where i.person_id = people.id and i.last_sign_in_at is not null)
    and not exists (select 1 from sessions s where s.user_id = people.id)
    and exists (select 1 from installations where not is_demonstration) then 'invited'
  else 'active' end`;

export const LAST_SIGN_IN = sql<string | null>`greatest(
  (select max(i.last_sign_in_at) from identities i where i.person_id = people.id),
  (select max(s.authenticated_at) from sessions s where s.user_id = people.id))`;

function conditions(ctx: Context, input: Omit<ListPeople, "page">): SQL | undefined {
  const isManager = managesPeople(ctx);
  const { q, role, scope, state } = input;
  const holds: SQL[] = [
    ...(role ? [sql`g.role = ${role}::role`] : []),
    ...(scope === "organisation" ? [sql`g.scope_kind = 'organisation'`] : []),
    ...(scope && scope !== "organisation" ? [sql`g.scope_id = ${scope}::uuid`] : []),
  ];
  return and(
    visiblePeople(ctx),
    q
      ? sql`(position(lower(${q}) in lower(people.name)) > 0 ${isManager ? sql`or position(lower(${q}) in lower(people.email)) > 0` : sql``})`
      : undefined,
    holds.length > 0
      ? sql`exists (select 1 from grants g where g.person_id = people.id and ${visible(ctx)} and ${sql.join(holds, sql` and `)})`
      : undefined,
    state ? sql`${PERSON_STATE} = ${state}` : isManager ? undefined : isNull(people.sameAsId),
  );
}

/** Who is here and which roles they hold where. Addresses, groups and sign-ins only for whoever manages people. */
export async function listPeople(ctx: Context, input: ListPeople) {
  const isManager = managesPeople(ctx);
  const where = conditions(ctx, input);
  const [rows, total] = await Promise.all([
    ctx.db
      .select({
        id: people.id,
        name: people.name,
        title: people.title,
        email: people.email,
        state: sql<PersonState>`${PERSON_STATE}`,
        lastSignInAt: sql<string | null>`${LAST_SIGN_IN}`,
        groups: sql<
          string[]
        >`array(select distinct unnest(i.groups) from identities i where i.person_id = people.id order by 1)`,
      })
      .from(people)
      .where(where)
      .orderBy(asc(sql`lower(people.name)`), asc(people.id))
      .limit(PAGE_SIZE)
      .offset((input.page - 1) * PAGE_SIZE),
    ctx.db.$count(people, where),
  ]);
  const held = await readHeldRoles(
    ctx,
    rows.map(({ id }) => id),
  );
  return {
    items: rows.map((row) => ({
      ...row,
      ...(isManager ? {} : { email: null, lastSignInAt: null, groups: [] }),
      lastSignInAt: isManager && row.lastSignInAt ? new Date(row.lastSignInAt) : null,
      grants: held.filter((grant) => grant.personId === row.id),
    })),
    total,
    pages: Math.max(1, Math.ceil(total / PAGE_SIZE)),
    isManager,
  };
}

/** Roles in force of these people, the weightiest first, as far as the actor may know of them. */
export async function readHeldRoles(ctx: Context, personIds: readonly string[]): Promise<HeldRole[]> {
  if (personIds.length === 0) return [];
  const { rows } = await ctx.db.execute<HeldRole>(sql`
    select g.id, g.person_id as "personId", g.role, g.scope_kind as "scopeKind", g.scope_id as "scopeId",
      ${SCOPE_NAME} as "scopeName", g.origin, gr.group_name as "groupName"
    from grants g left join group_roles gr on gr.id = g.group_role_id
    where ${inArray(sql`g.person_id`, [...personIds])} and ${visible(ctx)}
    order by g.role desc, g.scope_kind, "scopeName", g.id`);
  return rows;
}

/**
 * Where a role can hold, and by which the list is filtered. Only what the actor may know of. A retired environment is
 * there as long as somebody holds a role in it, and no other is given.
 */
export async function listScopes(ctx: Context) {
  const { rows } = await ctx.db.execute<{
    kind: Exclude<ScopeKind, "organisation">;
    id: string;
    name: string;
    isRetired: boolean;
  }>(sql`
    select g.kind as kind, g.id, g.name, g.is_retired as "isRetired" from (
      select 'product' as kind, 1 as position, id, name, false as is_retired from products
      union all select 'client', 2, id, name, false from clients
      union all select 'environment', 3, e.id, e.name, e.retired_at is not null from environments e
        where e.retired_at is null or exists (
          select 1 from grants held where held.scope_id = e.id and held.scope_kind = 'environment' and held.revoked_at is null)) g
    where ${inScope(ctx.actor, "people.read", {
      productId: sql`(case g.kind when 'product' then g.id end)`,
      clientId: sql`(case g.kind when 'client' then g.id end)`,
      environmentId: sql`(case g.kind when 'environment' then g.id end)`,
    })}
    order by g.position, g.name`);
  return rows;
}

const HEAD = ["name", "title", "e-mail", "state", "roles", "groups", "last sign-in"];

/** The list of a filter as a file. Who takes it away is in the audit trail before the first row leaves. */
export async function exportPeople(ctx: Context, filter: Omit<ListPeople, "page">): Promise<string> {
  await change(ctx, async (c) => {
    c.audit({
      action: "people.exported",
      subject: { type: "people", id: "people", label: "People" },
      after: { filter },
    });
  });
  const lines = [HEAD.join(",")];
  for (let page = 1; ; page++) {
    const { items, pages } = await listPeople(ctx, { ...filter, page });
    for (const person of items) {
      const roles = person.grants.map(
        (grant) => `${ROLE_NAMES[grant.role]} (${grant.scopeName ?? "everywhere"})`,
      );
      lines.push(
        [
          person.name,
          person.title,
          person.email,
          person.state,
          roles.join("; "),
          person.groups.join("; "),
          person.lastSignInAt?.toISOString() ?? null,
        ]
          .map(csvCell)
          .join(","),
      );
    }
    if (page >= pages) break;
  }
  return `${lines.join("\r\n")}\r\n`;
}

const FOUND = 20;

/** Who could be found to be the same as this person, by part of a name or an address. */
export async function findOthers(ctx: Context, { personId, q }: FindOthers) {
  demandManage(ctx);
  const rows = await ctx.db
    .select({ id: people.id, name: people.name, email: people.email })
    .from(people)
    .where(
      and(
        isNull(people.sameAsId),
        ne(people.id, personId),
        q
          ? sql`(position(lower(${q}) in lower(people.name)) > 0 or position(lower(${q}) in lower(people.email)) > 0)`
          : undefined,
      ),
    )
    .orderBy(asc(sql`lower(${people.name})`), asc(people.id))
    .limit(FOUND + 1);
  return { items: rows.slice(0, FOUND), hasMore: rows.length > FOUND };
}
