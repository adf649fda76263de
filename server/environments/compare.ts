import { eq } from "drizzle-orm";
import { releases, repositories } from "@/db/schema";
import type { CompareSlots } from "@/domain/environments/input";
import { parseSha } from "@/domain/git/sha";
import { can } from "@/domain/permissions";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { keptCommits } from "../git/kept-readings";
import { readSlot, slotName } from "../promotions/request";
import { repositoryDirectory } from "../repositories/location";

const MAX_COMMITS = 100;

/** Two slots side by side. With one repository: how many releases lie between them, and the commits of either alone. */
export async function compareSlots(ctx: Context, input: CompareSlots) {
  const [left, right] = await Promise.all([readSide(ctx, input.left), readSide(ctx, input.right)]);
  const mayReadCommits = can(ctx.actor, "repositories.read", { productId: left.productId });
  const isComparable = left.repositoryId === right.repositoryId && left.release && right.release;
  if (!isComparable || !left.release || !right.release) {
    return {
      left: shown(left),
      right: shown(right),
      distance: null,
      onlyLeft: [],
      onlyRight: [],
      mayReadCommits,
    };
  }
  const [onlyLeft, onlyRight] = mayReadCommits
    ? await Promise.all([
        commitsOf(ctx, left.repositoryId, left.release.sourceSha, right.release.sourceSha),
        commitsOf(ctx, left.repositoryId, right.release.sourceSha, left.release.sourceSha),
      ])
    : [[], []];
  return {
    left: shown(left),
    right: shown(right),
    /** Releases by which the right one is newer; negative: older. */
    distance: right.release.ordinal - left.release.ordinal,
    onlyLeft,
    onlyRight,
    mayReadCommits,
  };
}

async function readSide(ctx: Context, slotId: string) {
  const to = await readSlot(ctx.db, slotId);
  const scope = {
    productId: to.component.productId,
    clientId: to.slot.clientId,
    environmentId: to.environment.id,
  };
  demand(ctx.actor, "environments.read", scope, { noun: "slot", read: "environments.read" });
  const [release] = to.current
    ? await ctx.db
        .select({
          version: releases.version,
          sourceSha: releases.sourceSha,
          digest: releases.digest,
          createdAt: releases.createdAt,
          ordinal: releases.ordinal,
        })
        .from(releases)
        .where(eq(releases.id, to.current.releaseId))
    : [];
  return {
    slotId: to.slot.id,
    componentKey: to.component.key,
    place: slotName(to),
    productId: to.component.productId,
    repositoryId: to.component.repositoryId,
    since: to.current?.finishedAt ?? null,
    schemaVersion: to.slot.schemaVersion,
    release: release ?? null,
  };
}

type Side = Awaited<ReturnType<typeof readSide>>;

function shown({ productId: _, repositoryId: __, ...side }: Side) {
  return side;
}

async function commitsOf(ctx: Context, repositoryId: string, include: string, exclude: string) {
  const [repository] = await ctx.db.select().from(repositories).where(eq(repositories.id, repositoryId));
  if (!repository) return [];
  const found = await keptCommits(repositoryDirectory(ctx, repository), {
    include: [parseSha(include)],
    exclude: [parseSha(exclude)],
    limit: MAX_COMMITS,
  });
  return found.map(({ sha, subject, authorName, committedAt }) => ({
    sha,
    subject,
    authorName,
    committedAt,
  }));
}
