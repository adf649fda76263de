import { sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import type { TaskName, TaskPayloads } from "./tasks";

export type JobOptions = {
  /** A job that is waiting under the same key is replaced. Default: the task's name and its payload. */
  key?: string;
  runAt?: Date;
  /** Lower runs first. */
  priority?: number;
};

export type Enqueue = <T extends TaskName>(
  tx: Transaction,
  task: T,
  payload: TaskPayloads[T],
  options?: JobOptions,
) => Promise<void>;

/** Puts a job in graphile-worker's queue: it exists exactly if the transaction commits. */
export const enqueueJob: Enqueue = async (tx, task, payload, options = {}) => {
  const key = options.key ?? `${task}:${Object.values(payload).join(":")}`;
  await tx.execute(sql`
    select graphile_worker.add_job(
      ${task}, ${JSON.stringify(payload)}::json,
      run_at => ${options.runAt ?? null}::timestamptz,
      max_attempts => 8, job_key => ${key}, priority => ${options.priority ?? 0}::int
    )`);
};
