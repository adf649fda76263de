import { eq } from "drizzle-orm";
import { products } from "@/db/schema";
import type { AddProduct, RenameProduct } from "@/domain/catalog/input";
import { notFound } from "@/domain/errors";
import { change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";

const READ = { noun: "product", read: "catalog.read" } as const;

/** A new product is nobody's yet, so it takes the permission on the whole organisation. */
export async function addProduct(ctx: Context, { key, name }: AddProduct) {
  demand(ctx.actor, "catalog.edit", { productId: null }, READ);
  return change(ctx, async (c) => {
    const [row] = await c.db.insert(products).values({ key, name, createdAt: c.now }).returning();
    if (!row) throw new Error("insert returned no row");
    c.audit({
      action: "product.created",
      subject: { type: "product", id: row.id, label: name, productId: row.id },
      after: { key, name },
    });
    c.announce({ topic: "catalog", id: row.id, productId: row.id });
    return row;
  });
}

export async function renameProduct(ctx: Context, { productId, name }: RenameProduct) {
  demand(ctx.actor, "catalog.edit", { productId }, READ);
  const [row] = await ctx.db.select().from(products).where(eq(products.id, productId));
  if (!row) throw notFound("product");
  if (row.name === name) return;
  await change(ctx, async (c) => {
    await c.db.update(products).set({ name }).where(eq(products.id, productId));
    c.audit({
      action: "product.renamed",
      subject: { type: "product", id: productId, label: name, productId },
      before: { name: row.name },
      after: { name },
    });
    c.announce({ topic: "catalog", id: productId, productId });
  });
}
