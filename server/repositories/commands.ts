import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { eq, max } from "drizzle-orm";
import { components, products, repositories, repositoryImports } from "@/db/schema";
import { protectedPatterns } from "@/domain/branches/naming";
import type { NewComponent } from "@/domain/catalog/input";
import { starterFiles } from "@/domain/catalog/starter";
import { conflict, invalid, notFound } from "@/domain/errors";
import { SERVICE_IDENTITY } from "@/domain/git/commit";
import {
  AddRepository,
  CreateRepository,
  ImportRepository,
  type RemoveRepository,
  type RenameRepository,
  type RetryImport,
} from "@/domain/repositories/input";
import { type Change, change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { env } from "../env";
import { ensureSlots } from "../environments/ensure-slots";
import { makeFirstCommit } from "../git/first-commit";
import { installHooks } from "../git/hooks";
import { createBareRepository } from "../git/repository";
import { removeImport } from "./import-files";
import { type ImportSettings, resolveSource } from "./import-source";
import { repositoryDirectory } from "./location";

const READ = { noun: "product", read: "catalog.read" } as const;

/** The bare repository with its hooks, and the row that makes it known. Harmless to repeat after a crash in between. */
export async function createRepository(ctx: Context, input: CreateRepository) {
  const { productId, key, name } = CreateRepository.parse(input);
  const product = await productFor(ctx, productId);
  await demandFreeKey(ctx, key);
  const directory = `${key}.git`;
  await prepareDirectory(ctx, directory);
  return change(ctx, (c) => insertRepository(c, product, { key, name, directory }));
}

/**
 * A new repository with what its first push needs. Its directory has a name of its own, so that what a crash leaves
 * behind before the row is written stands in nobody's way.
 */
export async function addRepository(ctx: Context, input: AddRepository) {
  const { productId, key, name, hasStarter, firstSprint, component } = AddRepository.parse(input);
  const product = await productFor(ctx, productId);
  await demandFreeKey(ctx, key);
  if (firstSprint && !hasStarter)
    throw invalid("A sprint branch begins at a commit: take the starter as well.");
  const directory = ownDirectory(key);
  await prepareDirectory(ctx, directory);
  try {
    if (hasStarter) {
      await makeFirstCommit(repositoryDirectory(ctx, { directory }), {
        files: starterFiles({ key, name }, component ?? null),
        message: `Begin ${name}`,
        refs: ["refs/heads/master", ...(firstSprint ? [`refs/heads/sprint/${firstSprint}`] : [])],
        author: ctx.actor.kind === "person" ? ctx.actor : SERVICE_IDENTITY,
      });
    }
    return await change(ctx, async (c) => {
      const row = await insertRepository(c, product, { key, name, directory });
      if (component) await insertComponent(c, row, component);
      if (hasStarter) await c.enqueue("repositories.read", { repositoryId: row.id });
      return row;
    });
  } catch (error) {
    await rm(repositoryDirectory(ctx, { directory }), { recursive: true, force: true });
    throw error;
  }
}

/** The wish; a worker does the rest. Refused at once where the source can never be read. */
export async function importRepository(
  ctx: Context,
  input: ImportRepository,
  settings: ImportSettings = env.imports,
) {
  const { productId, key, name, sourceKind, source, masterFrom, firstSprint } = ImportRepository.parse(input);
  const product = await productFor(ctx, productId);
  await demandFreeKey(ctx, key);
  await resolveSource({ sourceKind, source }, settings).catch((error: Error) => {
    throw invalid(error.message, { field: "source" });
  });
  return change(ctx, async (c) => {
    const row = await insertRepository(c, product, {
      key,
      name,
      directory: ownDirectory(key),
      state: "importing",
      source,
    });
    await c.db.insert(repositoryImports).values({
      repositoryId: row.id,
      sourceKind,
      source,
      masterFrom: masterFrom ?? null,
      firstSprint: firstSprint ?? null,
      createdAt: c.now,
    });
    await c.enqueue("repositories.import", { repositoryId: row.id });
    return row;
  });
}

/** A failed import once more, with the branch that becomes master where that was the question. */
export async function retryImport(ctx: Context, { repositoryId, masterFrom }: RetryImport) {
  const row = await repositoryFor(ctx, repositoryId);
  await change(ctx, async (c) => {
    const [locked] = await c.db.select().from(repositories).where(eq(repositories.id, row.id)).for("update");
    if (locked?.state !== "failed")
      throw conflict("This import has not failed: there is nothing to try again.");
    await c.db.update(repositories).set({ state: "importing" }).where(eq(repositories.id, row.id));
    await c.db
      .update(repositoryImports)
      .set({
        ...(masterFrom ? { masterFrom } : {}),
        attempt: 0,
        phase: "waiting",
        percent: null,
        receivedBytes: 0,
        error: null,
        foundBranches: null,
        leaseUntil: null,
        finishedAt: null,
      })
      .where(eq(repositoryImports.repositoryId, row.id));
    c.audit({
      action: "repository.import_retried",
      subject: subjectOf(row),
      before: { state: "failed" },
      after: { state: "importing", ...(masterFrom ? { masterFrom } : {}) },
    });
    c.announce({ topic: "catalog", id: row.id, productId: row.productId });
    await c.enqueue("repositories.import", { repositoryId: row.id });
  });
}

/** Gives an import up, running or failed, with everything it has brought. A repository in use is never removed. */
export async function removeRepository(ctx: Context, { repositoryId }: RemoveRepository) {
  const row = await repositoryFor(ctx, repositoryId);
  if (row.state === "ready")
    throw conflict("This repository is in use: only an import that has not ended is removed.");
  await change(ctx, async (c) => {
    await c.db.delete(repositories).where(eq(repositories.id, row.id));
    c.audit({
      action: "repository.removed",
      subject: subjectOf(row),
      before: { key: row.key, state: row.state },
    });
    c.announce({ topic: "catalog", id: row.id, productId: row.productId });
  });
  await removeImport(ctx, row);
}

export async function renameRepository(ctx: Context, { repositoryId, name }: RenameRepository) {
  const row = await repositoryFor(ctx, repositoryId);
  if (row.name === name) return;
  await change(ctx, async (c) => {
    await c.db.update(repositories).set({ name }).where(eq(repositories.id, row.id));
    c.audit({
      action: "repository.renamed",
      subject: subjectOf(row),
      before: { name: row.name },
      after: { name },
    });
    c.announce({ topic: "catalog", id: row.id, productId: row.productId });
  });
}

type Product = { id: string; key: string };
type Row = typeof repositories.$inferSelect;

/** At the end of its product's components unless a position is given, with every slot it has from now on. */
export async function insertComponent(
  c: Change,
  repository: Pick<Row, "id" | "productId" | "key">,
  component: NewComponent & { position?: number | undefined },
) {
  const { key, name, scope } = component;
  const [last] = await c.db
    .select({ position: max(components.position) })
    .from(components)
    .where(eq(components.productId, repository.productId));
  const position = component.position ?? (last?.position ?? -1) + 1;
  const [row] = await c.db
    .insert(components)
    .values({
      productId: repository.productId,
      repositoryId: repository.id,
      key,
      name,
      scope,
      position,
      createdAt: c.now,
    })
    .returning();
  if (!row) throw new Error("insert returned no row");
  const slots = await ensureSlots(c);
  c.audit({
    action: "component.created",
    subject: { type: "component", id: row.id, label: name, productId: repository.productId },
    after: { key, name, scope, position, repository: repository.key, slots },
  });
  c.announce({ topic: "catalog", id: row.id, productId: repository.productId });
  return row;
}

async function productFor(ctx: Context, productId: string): Promise<Product> {
  demand(ctx.actor, "catalog.edit", { productId }, READ);
  const [product] = await ctx.db
    .select({ id: products.id, key: products.key })
    .from(products)
    .where(eq(products.id, productId));
  if (!product) throw notFound("product");
  return product;
}

async function repositoryFor(ctx: Context, repositoryId: string): Promise<Row> {
  const [row] = await ctx.db.select().from(repositories).where(eq(repositories.id, repositoryId));
  if (!row) throw notFound("repository");
  demand(ctx.actor, "catalog.edit", row, { noun: "repository", read: "catalog.read" });
  return row;
}

/** The unique key decides; this only says so before anything is made. */
async function demandFreeKey(ctx: Context, key: string): Promise<void> {
  const [taken] = await ctx.db
    .select({ id: repositories.id })
    .from(repositories)
    .where(eq(repositories.key, key));
  if (taken)
    throw conflict("There is a repository with this key already: choose another key.", { field: "key" });
}

async function prepareDirectory(ctx: Context, directory: string): Promise<void> {
  const absolute = repositoryDirectory(ctx, { directory });
  await createBareRepository(absolute);
  await installHooks(absolute, protectedPatterns());
}

function ownDirectory(key: string): string {
  return `${key}-${randomUUID().slice(0, 8)}.git`;
}

async function insertRepository(
  c: Change,
  product: Product,
  given: { key: string; name: string; directory: string; state?: "importing"; source?: string },
) {
  const { source, ...values } = given;
  const [row] = await c.db
    .insert(repositories)
    .values({ productId: product.id, ...values, createdAt: c.now })
    .returning();
  if (!row) throw new Error("insert returned no row");
  c.audit({
    action: "repository.created",
    subject: subjectOf(row),
    after: {
      key: row.key,
      name: row.name,
      product: product.key,
      defaultBranch: row.defaultBranch,
      ...(source ? { state: row.state, source } : {}),
    },
  });
  c.announce({ topic: "catalog", id: row.id, productId: row.productId });
  return row;
}

function subjectOf(row: Pick<Row, "id" | "key" | "productId">) {
  return { type: "repository", id: row.id, label: row.key, productId: row.productId };
}
