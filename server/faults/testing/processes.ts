import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import superjson from "superjson";
import { expect } from "vitest";
import { env } from "@/server/env";
import { bundleProgram } from "../../../scripts/platform/build.mjs";

/** In seconds; a dead worker's work is taken over after it. */
export const LEASE_SECONDS = 2;

export type Program = { name: string; file: string; remove: () => void };

/** The program as `npm run build` bundles it, in a folder of its own: with the fault points in it, or as released. */
export async function bundle(options: { faults: boolean; entry?: string }): Promise<Program> {
  const name = `program-${randomBytes(4).toString("hex")}`;
  const directory = path.join("dist", name);
  await bundleProgram({ name, directory, ...options });
  const file = path.resolve(directory, `${name}.mjs`);
  return { name, file, remove: () => rmSync(path.resolve(directory), { recursive: true, force: true }) };
}

/** The desk: a web process without its pages. */
export function bundleDesk(): Promise<Program> {
  return bundle({ faults: true, entry: "server/faults/testing/desk.ts" });
}

/** Where a process works, and who keeps what it writes for the checker. */
export type Place = {
  url: string;
  ctx: { dataDir: string };
  outputs: (() => string)[];
};

export type Spawned = {
  pid: number;
  /** By what it ended: a signal's name or an exit code. */
  ended: Promise<NodeJS.Signals | number | null>;
  /** What it wrote, both streams. */
  output: () => string;
  kill: (signal: NodeJS.Signals) => void;
  /** Ends it politely, as a restart does. */
  stop: () => Promise<void>;
};

/** A worker in a process of its own, on the database and the files of `place`. Dies at the fault points it is given. */
export function startWorker(program: Program, place: Place, failpoints = ""): Spawned {
  return start(program, place, ["worker"], failpoints);
}

function start(program: Program, place: Place, args: string[], failpoints: string): Spawned {
  const child = spawn(process.execPath, ["--enable-source-maps", program.file, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin",
      NODE_ENV: "production",
      PORT: "0",
      DATABASE_URL: place.url,
      CLEARWAY_DATA_DIR: place.ctx.dataDir,
      CLEARWAY_DEMO: "1",
      CLEARWAY_SECRET: env.secret,
      CLEARWAY_LEASE_SECONDS: String(LEASE_SECONDS),
      CLEARWAY_FAILPOINTS: failpoints,
    },
  });
  if (child.pid === undefined) throw new Error("The process could not be started.");
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
  }
  const output = () => text;
  place.outputs.push(output);
  const ended = endOf(child);
  return {
    pid: child.pid,
    ended,
    output,
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

export type Answer = {
  status: number;
  /** The procedure's own answer, or null. */
  data: unknown;
  /** The refusal's typed code, or null. */
  refusal: string | null;
  /** The sentence of a refusal. */
  message: string | null;
  retryAfter: string | null;
  /** All of it. */
  text: string;
};

export type Desk = Spawned & {
  base: string;
  /** Throws when the process died before it answered: then nobody knows whether it happened. */
  ask: (token: string, procedure: string, input: unknown, kind?: "query" | "mutation") => Promise<Answer>;
  /** Hears the live events of a tab until `close`; `heard` grows. */
  listen: (token: string) => Promise<{ heard: () => string; close: () => void }>;
};

/** A desk that listens. `args`: "cold" for one that has no connection yet but the health address's own. */
export async function startDesk(
  program: Program,
  place: Place,
  failpoints = "",
  args: "cold"[] = [],
): Promise<Desk> {
  const spawned = start(program, place, args, failpoints);
  const port = await portOf(spawned);
  const base = `http://127.0.0.1:${port}`;
  const ask: Desk["ask"] = async (token, procedure, input, kind = "mutation") => {
    const body = JSON.stringify(superjson.serialize(input));
    const query = kind === "query" ? `?input=${encodeURIComponent(body)}` : "";
    const asked = fetch(`${base}/api/trpc/${procedure}${query}`, {
      method: kind === "query" ? "GET" : "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "x-clearway-request": "1",
      },
      ...(kind === "query" ? {} : { body }),
    });
    const [response, text] = await asked
      .then(async (one) => [one, await one.text()] as const)
      .catch((error: Error) => {
        const cause = error.cause ?? error;
        throw new Error(`${procedure} got no answer: ${cause}\n${spawned.output()}`, { cause });
      });
    return understood(response, text);
  };
  const listen: Desk["listen"] = async (token) => {
    const leaves = new AbortController();
    const response = await fetch(`${base}/api/trpc/live.events`, {
      headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" },
      signal: leaves.signal,
    });
    let text = "";
    const read = async () => {
      const decoder = new TextDecoder();
      for await (const part of response.body ?? []) text += decoder.decode(part as Uint8Array);
    };
    void read().catch(() => undefined);
    return { heard: () => text, close: () => leaves.abort() };
  };
  return { ...spawned, base, ask, listen };
}

/** Asks until there is an answer that is not "not now": no free connection, or three seconds of waiting for a row. */
export async function insist(asking: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await asking();
    if (answer.refusal === "STALE_WRITE") continue;
    if (answer.status !== 503) return answer;
    expect(["BUSY", "UNAVAILABLE"]).toContain(answer.refusal);
    expect(answer.retryAfter).toBe("2");
  }
}

async function portOf({ output, ended }: Spawned): Promise<string> {
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  for (;;) {
    const port = /desk at (\d+)/.exec(output())?.[1];
    if (port) return port;
    if (hasEnded) throw new Error(`The desk did not start: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function understood(response: Response, text: string): Answer {
  const told = JSON.parse(text) as {
    result?: { data: Parameters<typeof superjson.deserialize>[0] };
    error?: { json: { message: string; data: { refusal?: string | null } } };
  };
  return {
    status: response.status,
    data: told.result ? superjson.deserialize(told.result.data) : null,
    refusal: told.error?.json.data.refusal ?? null,
    message: told.error?.json.message ?? null,
    retryAfter: response.headers.get("retry-after"),
    text,
  };
}

function endOf(child: ChildProcess): Promise<NodeJS.Signals | number | null> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? code));
  });
}
