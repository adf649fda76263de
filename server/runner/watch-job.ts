import { watch } from "node:fs";
import { truncate } from "node:fs/promises";
import path from "node:path";
import {
  type JobReading,
  type LogChunk,
  logSize,
  MAX_LOG_BYTES,
  readBegun,
  readJob,
  readLog,
  readStop,
  type StopReason,
  writeStop,
} from "./control";
import { killJob, sweepJob } from "./kill-job";

const LOOK_EVERY_MS = 250;
const GATHER_LOG_MS = 40;
const CHUNK_BYTES = 64 * 1024;

export type JobOutcome = "passed" | "failed" | "lost" | StopReason;

export type WatchJobOptions = {
  /** Counted from the beginning of the job, not of the watching. */
  readonly timeoutMs: number;
  /** Awaited, in order. When it throws, the watching ends with that error and the job goes on. */
  readonly onLog: (chunk: LogChunk) => void | Promise<void>;
  /** Aborting it cancels the job. */
  readonly signal?: AbortSignal;
  /** Aborting it ends the watching with its reason; the job goes on. */
  readonly leave?: AbortSignal;
  /** Where the log is known up to; an adopter continues there. */
  readonly fromOffset?: number;
  readonly graceMs?: number;
};

export type WatchedJob = {
  readonly outcome: JobOutcome;
  readonly exitCode: number | null;
  readonly logBytes: number;
};

/** Follows a job to its end, whoever started it. Nothing of the job runs any more when this answers. */
export async function watchJob(controlDirectory: string, options: WatchJobOptions): Promise<WatchedJob> {
  const begun = await readBegun(controlDirectory);
  const deadline = (begun?.at.getTime() ?? Date.now()) + options.timeoutMs;
  const bell = new Bell(controlDirectory, [options.signal, options.leave]);
  let offset = options.fromOffset ?? 0;
  const drain = async (final: boolean): Promise<void> => {
    for (;;) {
      const chunk = await readLog(controlDirectory, offset, CHUNK_BYTES, { final });
      if (chunk.text === "") return;
      await options.onLog(chunk);
      offset = chunk.nextOffset;
    }
  };
  try {
    for (;;) {
      options.leave?.throwIfAborted();
      let reading = await readJob(controlDirectory);
      if (reading.state === "running") {
        const reason = await reasonToStop(controlDirectory, deadline, options.signal);
        if (reason === null) {
          await drain(false);
          await bell.wait(Math.min(LOOK_EVERY_MS, Math.max(0, deadline - Date.now())));
          continue;
        }
        await killJob(controlDirectory, { reason, graceMs: options.graceMs ?? 5000 });
        reading = await readJob(controlDirectory);
      }
      await sweepJob(controlDirectory);
      if ((await logSize(controlDirectory)) > MAX_LOG_BYTES) {
        await writeStop(controlDirectory, "log_limit");
        await truncate(path.join(controlDirectory, "output.log"), MAX_LOG_BYTES);
      }
      await drain(true);
      return { ...(await concluded(controlDirectory, reading)), logBytes: offset };
    }
  } finally {
    bell.close();
  }
}

async function reasonToStop(
  controlDirectory: string,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<StopReason | null> {
  const earlier = await readStop(controlDirectory);
  if (earlier !== null) return earlier;
  if (signal?.aborted === true) return "cancelled";
  if (Date.now() >= deadline) return "timed_out";
  if ((await logSize(controlDirectory)) > MAX_LOG_BYTES) return "log_limit";
  return null;
}

async function concluded(
  controlDirectory: string,
  reading: JobReading,
): Promise<Omit<WatchedJob, "logBytes">> {
  const exitCode = reading.state === "exited" ? reading.code : null;
  const stopped = await readStop(controlDirectory);
  if (stopped !== null) return { outcome: stopped, exitCode };
  if (exitCode === null) return { outcome: "lost", exitCode };
  return { outcome: exitCode === 0 ? "passed" : "failed", exitCode };
}

/** Wakes the watcher: at once when the job ends, is cancelled or left, after a moment when it has written. */
class Bell {
  readonly #watcher;
  readonly #signals: readonly AbortSignal[];
  #wake: (() => void) | null = null;
  #hasEnded = false;
  #hasWritten = false;

  constructor(directory: string, signals: readonly (AbortSignal | undefined)[]) {
    this.#signals = signals.filter((signal) => signal !== undefined);
    for (const signal of this.#signals) signal.addEventListener("abort", this.#end);
    this.#watcher = watch(directory, { persistent: false }, (_event, name) => {
      if (name === "exit") this.#end();
      else if (name === "output.log") {
        this.#hasWritten = true;
        this.#wake?.();
      }
    });
    // The regular look goes on without it.
    this.#watcher.on("error", () => {});
  }

  async wait(ms: number): Promise<void> {
    if (!this.#hasEnded && !this.#hasWritten) await this.#sleep(ms);
    if (!this.#hasEnded && this.#hasWritten)
      await this.#sleep(Math.min(ms, GATHER_LOG_MS), { untilEnd: true });
    this.#hasEnded = false;
    this.#hasWritten = false;
  }

  close(): void {
    for (const signal of this.#signals) signal.removeEventListener("abort", this.#end);
    this.#watcher.close();
  }

  readonly #end = (): void => {
    this.#hasEnded = true;
    this.#wake?.();
  };

  async #sleep(ms: number, { untilEnd = false } = {}): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        if (untilEnd && !this.#hasEnded) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }
}
