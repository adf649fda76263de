import { type SQL, sql } from "drizzle-orm";
import { clients, components, products, repositories } from "@/db/schema";
import { canSomewhere } from "@/domain/permissions";
import type { SearchResult } from "@/domain/search/input";
import { inScope } from "../auth/scope";
import { visibleClients } from "../clients/queries";
import type { Context } from "../context";
import { visiblePeople } from "../people/list";

const EACH = 5;

type Row = { group: string; title: string; subtitle: string; key: string; product: string };

/**
 * What is found by its name: people, products, repositories, components, clients, environments, policies. There are
 * hundreds of them, not thousands, so one statement looks at all; a name that begins with the words comes first.
 */
export async function findNamed(ctx: Context, query: string): Promise<SearchResult[]> {
  const { rows } = await ctx.db.execute<Row>(sql.join(parts(ctx, query), sql` union all `));
  return rows.map((row) => ({
    group: row.group,
    title: row.title,
    subtitle: row.subtitle,
    href: hrefOf(row),
  }));
}

function hrefOf({ group, key, product }: Row): string {
  switch (group) {
    case "People":
      return `/people/${key}`;
    case "Clients":
      return `/clients/${encodeURIComponent(key)}`;
    case "Policies":
      return `/policies/${encodeURIComponent(key)}`;
    case "Repositories":
      return `/repositories/${encodeURIComponent(key)}`;
    case "Environments":
      return "/environments";
    default:
      return `/catalog/${encodeURIComponent(product)}`;
  }
}

function parts(ctx: Context, query: string): SQL[] {
  const inCatalog = inScope(ctx.actor, "catalog.read", { productId: products.id });
  const ofComponents = inScope(ctx.actor, "catalog.read", { productId: components.productId });
  const ofRepositories = inScope(ctx.actor, "repositories.read", { productId: repositories.productId });
  const slotSeen = inScope(ctx.actor, "environments.read", {
    productId: sql`c.product_id`,
    clientId: sql`s.client_id`,
    environmentId: sql`s.environment_id`,
  });
  const readsPolicies = sql.raw(String(canSomewhere(ctx.actor, "policies.read")));
  return [
    part(query, "People", sql`people.name`, null, {
      subtitle: sql`coalesce(people.title, '')`,
      key: sql`people.id::text`,
      from: sql`people where people.is_active and ${visiblePeople(ctx)}`,
    }),
    part(query, "Products", sql`products.name`, sql`products.key`, {
      product: sql`products.key`,
      from: sql`products where ${inCatalog}`,
    }),
    part(query, "Repositories", sql`repositories.key`, sql`repositories.name`, {
      subtitle: sql`repositories.name`,
      key: sql`repositories.key`,
      from: sql`repositories where ${ofRepositories}`,
    }),
    part(query, "Components", sql`components.name`, sql`components.key`, {
      subtitle: sql`concat_ws(' · ', components.key, p.name)`,
      product: sql`p.key`,
      from: sql`components join products p on p.id = components.product_id where components.retired_at is null and ${ofComponents}`,
    }),
    part(query, "Clients", sql`clients.name`, sql`clients.key`, {
      key: sql`clients.key`,
      from: sql`${clients} where clients.retired_at is null and ${visibleClients(ctx)}`,
    }),
    part(query, "Environments", sql`environments.name`, sql`environments.key`, {
      from: sql`environments where environments.retired_at is null and exists (select 1 from slots s
        join components c on c.id = s.component_id where s.environment_id = environments.id and ${slotSeen})`,
    }),
    part(query, "Policies", sql`policies.name`, sql`policies.key`, {
      subtitle: sql`'version ' || policies.version`,
      key: sql`policies.key`,
      from: sql`policies where ${readsPolicies} and not exists (select 1 from policies newer
        where newer.key = policies.key and newer.version > policies.version)`,
    }),
  ];
}

type Part = { subtitle?: SQL; key?: SQL; product?: SQL; from: SQL };

/** `from` ends in its own conditions; the words are compared with the name, and with the key where there is one. */
function part(query: string, group: string, name: SQL, other: SQL | null, columns: Part): SQL {
  const none = sql`''`;
  const words = query.toLowerCase();
  const found = (text: SQL) => sql`position(${words} in lower(${text})) > 0`;
  const matches = other ? sql`(${found(name)} or ${found(other)})` : found(name);
  return sql`(select ${group}::text as "group", ${name}::text as title, ${columns.subtitle ?? none}::text as subtitle,
    ${columns.key ?? none}::text as key, ${columns.product ?? none}::text as product
    from ${columns.from} and ${matches}
    order by starts_with(lower(${name}), ${words}) desc, ${name}, 4 limit ${EACH})`;
}
