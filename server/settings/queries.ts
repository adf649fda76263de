import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { clients, components, installations, products, repositories, workers } from "@/db/schema";
import { PERMISSIONS } from "@/domain/permissions";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { env } from "../env";

export type Installation = typeof installations.$inferSelect;

/** What this installation is. Null before its first run. */
export async function readInstallation(db: Db): Promise<Installation | null> {
  const [row] = await db.select().from(installations);
  return row ?? null;
}

/** The frame of every page: whose installation it is, and whether anything is there to do the work. */
export async function getShell(ctx: Context) {
  const { rows } = await ctx.db.execute<{ isWorkerSeen: boolean }>(
    sql`select exists (select 1 from workers where seen_at > clock_timestamp() - interval '15 seconds') as "isWorkerSeen"`,
  );
  const installation = await readInstallation(ctx.db);
  return {
    organisationName: installation?.organisationName ?? "Clearway",
    isDemonstration: installation?.isDemonstration ?? false,
    isRunnerEnabled: installation?.isRunnerEnabled ?? false,
    isWorkerSeen: rows[0]?.isWorkerSeen ?? false,
  };
}

/** Everything that is set: read only but for the runner. It is the organisation's, so it takes a grant on all of it. */
export async function getSettings(ctx: Context) {
  demand(ctx.actor, "settings.read", { productId: null }, { noun: "setting", read: "settings.read" });
  const [installation, seen, catalog] = await Promise.all([
    readInstallation(ctx.db),
    ctx.db
      .select({
        id: workers.id,
        hostName: workers.hostName,
        startedAt: workers.startedAt,
        seenAt: workers.seenAt,
      })
      .from(workers)
      .orderBy(workers.startedAt, workers.id),
    readCatalog(ctx),
  ]);
  return {
    installation,
    workers: seen,
    catalog,
    permissions: PERMISSIONS,
    publicUrl: env.publicUrl,
  };
}

async function readCatalog(ctx: Context) {
  const [owned, named] = await Promise.all([
    ctx.db
      .select({
        product: products.name,
        productKey: products.key,
        component: components.name,
        componentKey: components.key,
        scope: components.scope,
        repositoryKey: repositories.key,
      })
      .from(components)
      .innerJoin(products, eq(products.id, components.productId))
      .innerJoin(repositories, eq(repositories.id, components.repositoryId))
      .orderBy(products.name, components.position, components.key),
    ctx.db.select({ key: clients.key, name: clients.name }).from(clients).orderBy(clients.name),
  ]);
  return { components: owned, clients: named };
}
