import { products } from "@/db/schema";
import { inScope } from "../auth/scope";
import type { Context } from "../context";

/** Products by name, for filters. */
export function listProducts(ctx: Context) {
  return ctx.db
    .select({ key: products.key, name: products.name })
    .from(products)
    .where(inScope(ctx.actor, "catalog.read", { productId: products.id }))
    .orderBy(products.name, products.id);
}
