import { sql } from "drizzle-orm";
import { jobLogChunks, pipelineJobs } from "@/db/schema";
import { change } from "../audit/change";
import type { Context } from "../context";
import type { LogChunk } from "../runner/control";
import { heldBy, type JobLease, LeaseLost } from "./job-lease";

const FLUSH_EVERY_MS = 250;
const MAX_CHUNK_BYTES = 64 * 1024;

/** Writes a job's log as it comes, at most four times a second; where it is known up to is written with it. */
export class JobLog {
  readonly #ctx: Context;
  readonly #lease: JobLease;
  readonly #productId: string;
  #pending: LogChunk | null = null;
  #writing: Promise<void> = Promise.resolve();
  #writtenAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown;

  constructor(ctx: Context, lease: JobLease, productId: string) {
    this.#ctx = ctx;
    this.#lease = lease;
    this.#productId = productId;
  }

  /** Chunks follow one another without a gap. Throws what an earlier write met. */
  async add(chunk: LogChunk): Promise<void> {
    if (this.#failure) throw this.#failure;
    const pending = this.#pending;
    if (pending && chunk.nextOffset - pending.offset > MAX_CHUNK_BYTES) {
      await this.flush();
      this.#pending = chunk;
    } else {
      this.#pending = pending
        ? { offset: pending.offset, text: pending.text + chunk.text, nextOffset: chunk.nextOffset }
        : chunk;
    }
    const wait = this.#writtenAt + FLUSH_EVERY_MS - Date.now();
    if (wait <= 0) await this.flush();
    else this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), wait);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const chunk = this.#pending;
    this.#pending = null;
    if (chunk) {
      this.#writtenAt = Date.now();
      this.#writing = this.#writing.then(() => this.#write(chunk));
      this.#writing.catch((error: unknown) => {
        this.#failure ??= error;
      });
    }
    await this.#writing;
  }

  async #write(chunk: LogChunk): Promise<void> {
    await change(this.#ctx, async (c) => {
      const [held] = await c.db
        .update(pipelineJobs)
        .set({ logBytes: sql`greatest(${pipelineJobs.logBytes}, ${chunk.nextOffset}::bigint)` })
        .where(heldBy(this.#lease))
        .returning({ id: pipelineJobs.id });
      if (!held) throw new LeaseLost();
      await c.db
        .insert(jobLogChunks)
        .values({ jobId: held.id, byteOffset: chunk.offset, content: chunk.text })
        .onConflictDoNothing();
      c.announce({ topic: "jobs", id: held.id, productId: this.#productId });
    });
  }
}
