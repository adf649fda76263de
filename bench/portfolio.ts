import { eq, ne, sql } from "drizzle-orm";
import { grants, people } from "@/db/schema";
import { audited } from "@/db/testing/given";
import { startSession } from "@/server/auth/sessions";
import type { Installation } from "./installation";

const CLIENTS = 17;
const COMPONENTS = 8;

/**
 * Fills a prepared demonstration up to more than 200 slots, each with its live deployment: copies of what is there, made
 * with the triggers asleep, since only reading is measured. Returns how many slots there are.
 */
export async function givenManySlots({ db }: Installation): Promise<number> {
  await audited(db, async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(sql`
      insert into clients (key, name) select 'client-' || n, 'Client ' || n from generate_series(1, ${CLIENTS}) n`);
    await tx.execute(sql`
      insert into components select (jsonb_populate_record(c, jsonb_build_object(
        'id', gen_random_uuid(), 'key', 'module-' || n, 'name', 'Module ' || n, 'position', 100 + n))).*
      from components c, generate_series(1, ${COMPONENTS}) n where c.key = 'payout-vm'`);
    await tx.execute(sql`
      insert into subscriptions (client_id, component_id)
      select cl.id, c.id from clients cl, components c where c.scope = 'client' on conflict do nothing`);
    await tx.execute(sql`
      insert into slots (component_id, component_scope, environment_id, is_per_client, client_id, fence)
      select c.id, c.scope, e.id, e.is_per_client, s.client_id, 1
      from components c cross join environments e
      left join subscriptions s on s.component_id = c.id and c.scope = 'client' and e.is_per_client
      where s.client_id is not null or not (c.scope = 'client' and e.is_per_client) on conflict do nothing`);
    await tx.execute(sql`
      create temp table copied on commit drop as
      select s.id as slot_id, gen_random_uuid() as promotion_id, gen_random_uuid() as deployment_id, s.client_id, s.environment_id,
        row_number() over (order by s.id) as n, d.id as from_deployment, p.id as from_promotion
      from slots s
      join lateral (select d.* from deployments d join slots o on o.id = d.slot_id where d.state = 'live' and o.environment_id = s.environment_id
        order by d.number desc limit 1) d on true
      join promotions p on p.id = d.promotion_id
      where s.current_deployment_id is null`);
    await tx.execute(sql`
      insert into promotions overriding system value select (jsonb_populate_record(p, jsonb_build_object('id', k.promotion_id, 'number', 100000 + k.n,
        'slot_id', k.slot_id, 'client_id', k.client_id, 'environment_id', k.environment_id))).*
      from copied k join promotions p on p.id = k.from_promotion`);
    await tx.execute(sql`
      insert into deployments overriding system value select (jsonb_populate_record(d, jsonb_build_object('id', k.deployment_id, 'number', 100000 + k.n,
        'slot_id', k.slot_id, 'promotion_id', k.promotion_id, 'fence', 1, 'previous_deployment_id', null))).*
      from copied k join deployments d on d.id = k.from_deployment`);
    await tx.execute(sql`
      update slots s set current_deployment_id = k.deployment_id from copied k where k.slot_id = s.id`);
  });
  await db.execute(sql`analyze`);
  const { rows } = await db.execute<{ count: number }>(sql`select count(*)::int as count from slots`);
  return rows[0]?.count ?? 0;
}

/** The session cookie of one of the demonstration's people, by name. */
export async function cookieOf({ db }: Installation, name: string): Promise<string> {
  const [person] = await db.select({ id: people.id }).from(people).where(eq(people.name, name));
  if (!person) throw new Error(`The demonstration has no ${name}.`);
  return `clearway.session=${(await startSession(db, person.id)).token}`;
}

/** As many sessions, of everybody who may read promotions in turn. */
export async function cookiesOf({ db }: Installation, count: number): Promise<string[]> {
  const readers = await db
    .selectDistinct({ id: people.id })
    .from(people)
    .innerJoin(grants, eq(grants.personId, people.id))
    .where(ne(grants.role, "platform_admin"))
    .orderBy(people.id);
  const cookies: string[] = [];
  for (let n = 0; n < count; n++) {
    const { token } = await startSession(db, readers[n % readers.length]?.id ?? "");
    cookies.push(`clearway.session=${token}`);
  }
  return cookies;
}

/** A promotion into QA or UAT that waits for an approval: a card with everything on it. */
export async function waitingNumber({ db }: Installation): Promise<number> {
  const { rows } = await db.execute<{ number: number }>(
    sql`select number from promotions where state = 'awaiting_approval' order by number desc limit 1`,
  );
  const [row] = rows;
  if (!row) throw new Error("Nothing waits for an approval.");
  return row.number;
}
