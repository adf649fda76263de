import { and, asc, eq, isNull, or, sql } from "drizzle-orm";
import { repositories, repositoryImports } from "@/db/schema";
import type { Context } from "../context";
import { readPushSpool } from "../git/push-spool";
import { repositoryDirectory } from "./location";

/** A push that nobody has read by then was left by a process that died: reading takes far less. */
const LEFT_AFTER_MS = 10_000;

/** Asks for a reading wherever a push was taken and never read. Answers with the keys of those repositories. */
export async function sweepPushes(ctx: Context, now: number = Date.now()): Promise<string[]> {
  const all = await ctx.db
    .select({ id: repositories.id, key: repositories.key, directory: repositories.directory })
    .from(repositories)
    .where(eq(repositories.state, "ready"))
    .orderBy(asc(repositories.key));
  const left: typeof all = [];
  for (const repository of all) {
    const spool = await readPushSpool(repositoryDirectory(ctx, repository));
    // The name begins with the moment of the push; one without a moment is as good as left.
    if (spool.some((push) => !(Number.parseInt(push.id, 10) > now - LEFT_AFTER_MS))) left.push(repository);
  }
  if (left.length > 0) {
    await ctx.db.transaction(async (tx) => {
      for (const { id } of left) await ctx.enqueue(tx, "repositories.read", { repositoryId: id });
    });
  }
  return left.map((repository) => repository.key);
}

/** Imports that no worker looks after: not begun, or begun by one that died. Offering one twice does no harm. */
export async function sweepImports(ctx: Context): Promise<void> {
  const left = await ctx.db
    .select({ id: repositoryImports.repositoryId })
    .from(repositoryImports)
    .innerJoin(repositories, eq(repositories.id, repositoryImports.repositoryId))
    .where(
      and(
        eq(repositories.state, "importing"),
        isNull(repositoryImports.finishedAt),
        or(isNull(repositoryImports.leaseUntil), sql`${repositoryImports.leaseUntil} < clearway_now()`),
      ),
    )
    .orderBy(asc(repositoryImports.createdAt), asc(repositoryImports.repositoryId))
    .limit(20);
  if (left.length === 0) return;
  await ctx.db.transaction(async (tx) => {
    for (const { id } of left) await ctx.enqueue(tx, "repositories.import", { repositoryId: id });
  });
}
