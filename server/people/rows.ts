import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { people } from "@/db/schema";
import { conflict, DomainError, forbidden, notFound } from "@/domain/errors";
import type { GrantScope, PersonActor } from "@/domain/people/actor";
import { ROLE_NAMES, type Role } from "@/domain/people/roles";
import { can } from "@/domain/permissions";
import type { Change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";

export type PersonRow = typeof people.$inferSelect;

/** People belong to the whole organisation: who manages them does so everywhere. */
export function demandManage(ctx: Context): PersonActor {
  demand(ctx.actor, "people.manage", { productId: null }, { noun: "person", read: "people.read" });
  if (ctx.actor.kind !== "person") throw forbidden("A person does this.");
  return ctx.actor;
}

export function managesPeople(ctx: Context): boolean {
  return can(ctx.actor, "people.manage", { productId: null });
}

/** The row, locked: two changes of one person wait for each other. */
export async function lockPerson(db: Db, personId: string): Promise<PersonRow> {
  const [row] = await db.select().from(people).where(eq(people.id, personId)).for("update");
  if (!row) throw notFound("person");
  return row;
}

export function personSubject({ id, name }: { id: string; name: string }) {
  return { type: "person", id, label: name };
}

export function announcePeople(c: Change, id: string): void {
  c.announce({ topic: "people", id, productId: null });
}

/** The name of the scope of a row with the alias `g`; null for the whole organisation. */
export const SCOPE_NAME = sql<string | null>`case g.scope_kind
  when 'product' then (select name from products where id = g.scope_id)
  when 'client' then (select name from clients where id = g.scope_id)
  when 'environment' then (select name || case when retired_at is null then '' else ' (retired)' end
    from environments where id = g.scope_id) end`;

/** The scope's name; refused where there is no such product, client or environment. */
export async function readScopeName(db: Db, scope: GrantScope): Promise<string> {
  if (scope.kind === "organisation") return "everywhere";
  const { rows } = await db.execute<{ name: string | null }>(
    sql`select ${SCOPE_NAME} as name from (select ${scope.kind}::scope_kind as scope_kind, ${scope.id}::uuid as scope_id) g`,
  );
  const name = rows[0]?.name;
  if (!name) throw notFound(scope.kind);
  return name;
}

/** The same where a role is to be given: nothing happens in a retired environment any more. */
export async function readScopeInUse(db: Db, scope: GrantScope): Promise<string> {
  const name = await readScopeName(db, scope);
  const { rows } = await db.execute<{ name: string }>(
    sql`select name from environments where ${scope.kind} = 'environment' and id = ${scope.id}::uuid and retired_at is not null`,
  );
  const [retired] = rows;
  if (retired)
    throw new DomainError(
      "ENVIRONMENT_RETIRED",
      `${retired.name} was retired, so no role is given there any more.`,
    );
  return name;
}

export function roleInWords(role: Role, scopeName: string): string {
  return `${ROLE_NAMES[role]}, ${scopeName}`;
}

/** Administrators of today, by name, but for one. */
export async function readAdministrators(db: Db, except: readonly string[] = []) {
  const { rows } = await db.execute<{ id: string; name: string }>(
    sql`select id, name from people where administers(id) order by name, id`,
  );
  return rows.filter(({ id }) => !except.includes(id));
}

/** Who administers or did within the last seven days: what a second administrator is counted by. */
export async function countAdministrators(db: Db): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(
    sql`select count(distinct canonical_person(g.person_id))::int as count from grants g
      where g.role = 'platform_admin' and g.scope_kind = 'organisation'
        and (g.revoked_at is null or g.revoked_at > clearway_now() - interval '7 days')`,
  );
  return rows[0]?.count ?? 0;
}

/** Without anybody who administers, nobody could give a role again. */
export async function demandAnotherAdministrator(c: Change, personId: string | null): Promise<void> {
  // One lock for all: two administrators who remove each other at once do not both succeed.
  await c.db.execute(sql`select pg_advisory_xact_lock(hashtext('clearway.administrators'))`);
  const others = await readAdministrators(c.db, personId ? [personId] : []);
  if (others.length === 0) {
    throw conflict("Nobody else administers, and somebody must. Appoint another administrator first.");
  }
}
