import { eq } from "drizzle-orm";
import { products, repositories } from "@/db/schema";
import { protectedPatterns } from "@/domain/branches/naming";
import { conflict, forbidden, notFound } from "@/domain/errors";
import { can } from "@/domain/permissions";
import { CreateRepository } from "@/domain/repositories/input";
import { change } from "../audit/change";
import type { Context } from "../context";
import { installHooks } from "../git/hooks";
import { createBareRepository } from "../git/repository";
import { repositoryDirectory } from "./location";

/** The bare repository with its hooks, and the row that makes it known. Harmless to repeat after a crash in between. */
export async function createRepository(ctx: Context, input: CreateRepository) {
  const { productId, key, name } = CreateRepository.parse(input);
  if (!can(ctx.actor, "settings.edit", { productId })) {
    throw forbidden("Only an administrator creates repositories.");
  }
  const [product] = await ctx.db
    .select({ key: products.key })
    .from(products)
    .where(eq(products.id, productId));
  if (!product) throw notFound("product");
  const [taken] = await ctx.db
    .select({ id: repositories.id })
    .from(repositories)
    .where(eq(repositories.key, key));
  if (taken) throw conflict(`There is a repository ${key} already.`);

  const directory = `${key}.git`;
  const absolute = repositoryDirectory(ctx, { directory });
  await createBareRepository(absolute);
  await installHooks(absolute, protectedPatterns());
  return change(ctx, async (c) => {
    const [row] = await c.db
      .insert(repositories)
      .values({ productId, key, name, directory, createdAt: c.now })
      .returning();
    if (!row) throw new Error("insert returned no row");
    c.audit({
      action: "repository.created",
      subject: { type: "repository", id: row.id, label: key, productId },
      after: { key, name, product: product.key, defaultBranch: row.defaultBranch },
    });
    return row;
  });
}
