import { spawn } from "node:child_process";
import path from "node:path";

export type ReverseProxy = { url: string; port: number; stop: () => Promise<void> };

/** Starts reverse-proxy-process.mjs in front of the upstreams. Nothing need listen there yet. */
export async function startReverseProxy(upstreams: readonly number[], port: number): Promise<ReverseProxy> {
  const script = path.join(import.meta.dirname, "reverse-proxy-process.mjs");
  const child = spawn(process.execPath, [script, ...[port, ...upstreams].map(String)], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const url = `http://127.0.0.1:${port}`;
  const limit = Date.now() + 30_000;
  while (!(await fetch(`${url}/api/health`).catch(() => null))) {
    if (Date.now() > limit) throw new Error(`no proxy at ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {
    url,
    port,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
