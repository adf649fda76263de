import http from "node:http";
import path from "node:path";
import next from "next";
import type { Pool } from "pg";
import { warmUp } from "@/db/client";
import { demandServerSettings } from "@/db/server-settings";
import { ownOrigins } from "@/server/auth/same-origin";
import { env } from "@/server/env";
import { reserveConnection } from "@/server/health/connection";
import { readHealth } from "@/server/health/queries";
import { liveBus } from "@/server/live/bus";
import { database } from "@/server/runtime";
import { untilAborted } from "@/server/until-aborted";
import packageJson from "../../package.json";
import { serveAssets } from "./assets";
import { drain, trackStreams } from "./drain";
import { createFront } from "./front";
import type { Handler } from "./handler";

/** How long what is under way may take when only this process ends. Everything ending at once waits for nobody. */
const FINISH_MS = 20_000;

/** Serves until the signal; a process that ends alone first says so to its proxy, see drain.ts. */
export async function serveWeb(signal: AbortSignal, isWholeStop: () => boolean): Promise<void> {
  const dev = !env.production;
  // Next hangs its upgrade listener on the server it is given; this one never listens.
  const decoy = http.createServer();
  const app = next({
    dev,
    dir: process.cwd(),
    hostname: env.host,
    port: env.port,
    httpServer: decoy,
    quiet: !dev,
  });
  await app.prepare();
  const handle = app.getRequestHandler();
  const pages: Handler = (req, res) => handle(req, res);

  const connection = reserveConnection(env.databaseUrl);
  // Before the first tab: it would miss what happens until this is connected.
  liveBus();
  // A process that takes over from another meets its load at once.
  await Promise.all([connection.known, warmUp(database().$client)]);
  await demandServerSettings(database().$client);

  const server = createFront({
    https: env.publicUrl.startsWith("https://"),
    dev,
    origins: ownOrigins(),
    hosts: env.demonstration ? ownOrigins().map((origin) => new URL(origin).host) : undefined,
    pages,
    assets: dev ? undefined : serveAssets(path.join(process.cwd(), ".next/static"), pages),
    git: async (req, res) => {
      const { handleGit } = await import("@/server/git-http/handler");
      await handleGit(req, res);
    },
    health: answerHealth(connection.pool, signal),
    isDatabaseAway: connection.isAway,
    isDraining: () => signal.aborted,
    ...(dev ? { upgrade: (req, socket, head) => void decoy.emit("upgrade", req, socket, head) } : {}),
  });
  const streams = trackStreams(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(env.port, env.host, resolve);
  });

  await untilAborted(signal);
  // Next's watchers take their time, and nobody waits for a developer's open requests.
  if (dev) return;
  const times = isWholeStop()
    ? { noticeMs: 0, finishMs: 1000 }
    : { noticeMs: env.drainSeconds * 1000, finishMs: FINISH_MS };
  await drain(server, streams, times);
  await connection.end();
}

/** 200 while this process should be given requests: the database answers, and it is not on its way out. */
function answerHealth(pool: Pool, ending: AbortSignal): Handler {
  return async (req, res) => {
    const health = { ...(await readHealth(pool, packageJson.version)), isDraining: ending.aborted };
    res.writeHead(health.database === "ok" && !health.isDraining ? 200 : 503, {
      "Content-Type": "application/json",
      "Cache-Control": "no-store",
    });
    res.end(req.method === "HEAD" ? undefined : JSON.stringify(health));
  };
}
