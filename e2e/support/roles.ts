import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";

export type Role = {
  pid: number;
  output: () => string;
  /** Its exit code, once it ends. */
  ended: Promise<number | null>;
  /** Told to end alone, as a rolling restart does; resolves with its exit code. */
  terminate: () => Promise<number | null>;
  kill: () => Promise<void>;
};

/** One process of the program as an operator starts it: without the launcher, by its role's name. */
export function startRole(
  role: "web" | "worker" | "slot-host" | "migrate",
  env: Record<string, string>,
): Role {
  const child: ChildProcess = spawn(process.execPath, ["--enable-source-maps", "dist/server.mjs", role], {
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      said += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const end = (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };
  return {
    pid: Number(child.pid),
    output: () => said,
    ended,
    terminate: () => end("SIGTERM"),
    kill: async () => void (await end("SIGKILL")),
  };
}

/** The configuration that a running process of an installation was given. */
export function environmentOf(pid: number): Record<string, string> {
  const pairs = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
  return Object.fromEntries(
    pairs.flatMap((pair) => {
      const at = pair.indexOf("=");
      const name = pair.slice(0, at);
      return /^(CLEARWAY_|DATABASE_URL$)/.test(name) ? [[name, pair.slice(at + 1)]] : [];
    }),
  );
}

export async function untilHealthy(port: number, timeoutMs = 60_000): Promise<void> {
  const limit = Date.now() + timeoutMs;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => null);
    if (answer?.ok) return;
    if (Date.now() > limit) throw new Error(`nothing healthy at ${port} after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
