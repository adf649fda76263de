import { hostname } from "node:os";
import { repositories, workers } from "@/db/schema";
import type { Context } from "../context";
import { removeStaleLocks } from "../git/stale-locks";
import { repositoryDirectory } from "./location";

const EVERY_MS = 15_000;
let nextAt = 0;

/** Frees repositories of the locks of a git that was killed. Looks now and then, however often it is called. */
export async function sweepLocks(ctx: Context, now: number = performance.now()): Promise<void> {
  if (now < nextAt) return;
  nextAt = now + EVERY_MS;
  const [all, hosts] = await Promise.all([
    ctx.db.select({ key: repositories.key, directory: repositories.directory }).from(repositories),
    ctx.db.selectDistinct({ name: workers.hostName }).from(workers),
  ]);
  const isOnlyHost = hosts.every(({ name }) => name === hostname());
  for (const repository of all) {
    const removed = await removeStaleLocks(repositoryDirectory(ctx, repository), { isOnlyHost });
    if (removed.length === 0) continue;
    const message = `A killed git had left locks in ${repository.key}: ${removed.join(", ")}.`;
    console.error(JSON.stringify({ level: "warning", task: "repositories", message }));
  }
}
