import type { Context } from "../context";
import { followDeployment } from "../deployments/follow";
import { advanceRun } from "../pipelines/advance";
import { runJob } from "../pipelines/job";
import { evaluatePromotion } from "../promotions/evaluate";
import { executeInTurn } from "../promotions/execute-in-turn";
import { sealRelease } from "../releases/seal";
import { bringIn } from "../repositories/import";
import { readRepository } from "../repositories/read";
import type { TaskName, TaskPayloads } from "./tasks";

export type Handler<T extends TaskName> = (
  ctx: Context,
  payload: TaskPayloads[T],
  lease: { seconds: number; signal: AbortSignal },
) => Promise<unknown>;

/** What each task does. Every one may run twice or late: the rows decide what is left to do. */
export const HANDLERS: { [T in TaskName]: Handler<T> } = {
  "promotions.evaluate": (ctx, { promotionId }) => evaluatePromotion(ctx, promotionId),
  "promotions.execute": (ctx, payload, lease) => executeInTurn(ctx, payload, lease),
  "repositories.read": (ctx, { repositoryId }) => readRepository(ctx, repositoryId),
  "repositories.import": (ctx, { repositoryId }, lease) => bringIn(ctx, repositoryId, lease),
  "pipelines.advance": (ctx, { runId }) => advanceRun(ctx, runId),
  "pipelines.job": (ctx, { jobId }, lease) => runJob(ctx, jobId, lease),
  "releases.seal": (ctx, payload) => sealRelease(ctx, payload),
  "deployments.follow": (ctx, payload) => followDeployment(ctx, payload),
};
