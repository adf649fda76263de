import { eq } from "drizzle-orm";
import { installations, pipelineRuns } from "@/db/schema";
import { conflict } from "@/domain/errors";
import type { SetRunner } from "@/domain/settings/input";
import { change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";

/** Turns the local runner on or off. What is queued starts when it comes on; what runs when it goes off is let finish. */
export async function setRunner(ctx: Context, { isEnabled }: SetRunner) {
  demand(ctx.actor, "settings.edit", { productId: null }, { noun: "setting", read: "settings.read" });
  return change(ctx, async (c) => {
    const [before] = await c.db.select().from(installations).for("update");
    if (!before) throw conflict("This installation has not been set up yet.");
    if (before.isRunnerEnabled === isEnabled) return { isRunnerEnabled: isEnabled };
    await c.db.update(installations).set({ isRunnerEnabled: isEnabled });
    c.audit({
      action: isEnabled ? "settings.runner_turned_on" : "settings.runner_turned_off",
      subject: { type: "installation", id: "1", label: before.organisationName },
      before: { isRunnerEnabled: before.isRunnerEnabled },
      after: { isRunnerEnabled: isEnabled },
    });
    c.announce({ topic: "settings", id: "runner", productId: null });
    if (isEnabled) {
      const queued = await c.db
        .select({ id: pipelineRuns.id })
        .from(pipelineRuns)
        .where(eq(pipelineRuns.state, "queued"));
      for (const { id } of queued) await c.enqueue("pipelines.advance", { runId: id });
    }
    return { isRunnerEnabled: isEnabled };
  });
}
