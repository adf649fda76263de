import { sql } from "drizzle-orm";
import type { Change } from "../audit/change";

/**
 * Makes every slot that ought to exist and does not: a component in each environment in use, once, or once per
 * subscribed client where both are per client. Safe to call as often as one likes. Answers with how many it made.
 * Called after adding an environment, a component or a subscription, inside the same change.
 */
export async function ensureSlots(c: Change): Promise<number> {
  const { rowCount } = await c.db.execute(sql`
    insert into slots (component_id, component_scope, environment_id, is_per_client, client_id, created_at)
    select component.id, component.scope, environment.id, environment.is_per_client, subscription.client_id, ${c.now.toISOString()}::timestamptz
    from components component
    cross join environments environment
    left join subscriptions subscription
      on subscription.component_id = component.id and subscription.ended_at is null
      and component.scope = 'client' and environment.is_per_client
    where environment.retired_at is null and component.retired_at is null
      and (subscription.client_id is not null or not (component.scope = 'client' and environment.is_per_client))
    order by environment.position, component.id, subscription.client_id
    on conflict do nothing`);
  return rowCount ?? 0;
}
