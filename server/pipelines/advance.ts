import { isRunOver } from "@/domain/pipelines/status";
import { change } from "../audit/change";
import type { Context } from "../context";
import { lockRun, readRun } from "./rows";
import { settleRun } from "./settle";

/** Queues the jobs whose needs have passed and ends the run when nothing is left. Safe to call at any time. */
export async function advanceRun(ctx: Context, runId: string): Promise<void> {
  const run = await readRun(ctx.db, runId);
  if (isRunOver(run.state)) return;
  await change(ctx, async (c) => settleRun(c, await lockRun(c.db, runId)));
}
