import { sql } from "drizzle-orm";
import { products } from "@/db/schema";
import type { GetProduct } from "@/domain/catalog/input";
import { notFound } from "@/domain/errors";
import { can } from "@/domain/permissions";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { readCatalog } from "./catalog";

/** Products by name, for filters. */
export function listProducts(ctx: Context) {
  return ctx.db
    .select({ key: products.key, name: products.name })
    .from(products)
    .where(inScope(ctx.actor, "catalog.read", { productId: products.id }))
    .orderBy(products.name, products.id);
}

/** One product as in the catalogue, with what its delivery needs besides. */
export async function getProduct(ctx: Context, { key }: GetProduct) {
  const { products: found } = await readCatalog(ctx, { productKey: key });
  const [product] = found;
  if (!product) throw notFound("product");
  const { rows } = await ctx.db.execute<{ open: number; closed: number; branchKinds: number }>(sql`
    select count(*) filter (where policy_id is not null)::int as open, count(*) filter (where policy_id is null)::int as closed,
      (select count(*)::int from branch_policies where branch_kind in ('sprint', 'master')) as "branchKinds"
    from environments where retired_at is null`);
  return {
    ...product,
    environments: { open: rows[0]?.open ?? 0, closed: rows[0]?.closed ?? 0 },
    hasBranchPolicies: (rows[0]?.branchKinds ?? 0) === 2,
    canPush: can(ctx.actor, "git.push", { productId: product.id }),
  };
}
