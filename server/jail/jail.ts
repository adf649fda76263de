import { existsSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";

export type JailKind = "pipeline" | "junit";
export type JailRequest = { id: number; kind: JailKind; bytes: Uint8Array; limit?: number | undefined };
/** The first answer, with id 0, says that the worker is ready. */
export type JailAnswer = { id: number; result: unknown };

/** The document could not be parsed within its time and memory; the message ends the sentence "The file …". */
export class JailError extends Error {}

const MAX_INMATES = 2;
/** By the clock, which also runs while other processes do: several times what the largest file takes alone. */
const TIME_MS = 5_000;
const START_MS = 20_000;
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 };

type Inmate = { readonly worker: Worker; readonly ready: Promise<void> };

const idle: Inmate[] = [];
const waiting: (() => void)[] = [];
let count = 0;

/**
 * Parses an untrusted document in a worker thread of its own memory, ended after `timeMs`. What comes back is plain
 * data that the caller checks. Throws JailError; the process and other documents feel nothing of it.
 */
export async function parseInJail(
  kind: JailKind,
  bytes: Uint8Array,
  { limit, timeMs = TIME_MS }: { limit?: number; timeMs?: number } = {},
): Promise<unknown> {
  while (idle.length === 0 && count >= MAX_INMATES)
    await new Promise<void>((resolve) => waiting.push(resolve));
  const inmate = idle.pop() ?? admit();
  try {
    await inmate.ready;
    const result = await ask(inmate.worker, { id: 1, kind, bytes, limit }, timeMs);
    idle.push(inmate);
    return result;
  } catch (error) {
    count -= 1;
    await inmate.worker.terminate();
    throw error;
  } finally {
    waiting.shift()?.();
  }
}

function admit(): Inmate {
  // Counted once it is there: a machine that has no thread to give must not use up the places.
  const worker = start();
  count += 1;
  worker.on("error", () => undefined);
  // The machine's doing, not the document's: whoever asked may ask again.
  const tooLate = new Error(`A reader of documents did not start within ${START_MS / 1000} s.`);
  const ready = answerOf(worker, 0, START_MS, tooLate).then(() => worker.unref());
  return { worker, ready };
}

function ask(worker: Worker, request: JailRequest, timeMs: number): Promise<unknown> {
  worker.ref();
  const tooLate = new JailError(`takes longer than ${timeMs / 1000} s to read.`);
  const answer = answerOf(worker, request.id, timeMs, tooLate);
  worker.postMessage(request);
  return answer.finally(() => worker.unref());
}

function answerOf(worker: Worker, id: number, timeMs: number, tooLate: Error): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void) => {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      settle();
    };
    const onMessage = (answer: JailAnswer) => {
      if (answer.id === id) done(() => resolve(answer.result));
    };
    const onError = (error: Error) => {
      const isMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
      const why = isMemory
        ? "needs more memory to read than it is given."
        : `cannot be read (${error.message.slice(0, 200)}).`;
      done(() => reject(new JailError(why)));
    };
    const onExit = () => done(() => reject(new JailError("cannot be read: its reader ended.")));
    // An answer that arrived while this process was busy is heard first: its clock comes before its mail.
    const timer = setTimeout(() => setImmediate(() => done(() => reject(tooLate))), timeMs);
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
  });
}

/** Beside the program that runs; where the sources run (tests, development tools), the source through tsx. */
function start(): Worker {
  // Nothing of ours is told to it: no environment, no arguments.
  const options = { env: {}, argv: [], execArgv: [], resourceLimits: LIMITS };
  const program = process.argv[1] ?? "";
  const bundled = program.replace(/\.mjs$/, "-jail.mjs");
  if (bundled !== program && existsSync(/*turbopackIgnore: true*/ bundled))
    return new Worker(bundled, options);
  const source = path.resolve(/*turbopackIgnore: true*/ process.cwd(), "server/jail/worker.ts");
  const load = `import("tsx/esm/api").then((tsx) => { tsx.register(); return import(${JSON.stringify(source)}); })`;
  return new Worker(load, { ...options, eval: true });
}
