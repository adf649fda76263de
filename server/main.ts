import { setMaxListeners } from "node:events";
import path from "node:path";
import { untilAborted } from "./until-aborted";

/** Every role of the one program. Each runs until it is done or the signal says stop. */
const COMMANDS: Record<string, () => Promise<(signal: AbortSignal) => Promise<void>>> = {
  web: async () => {
    const { serveWeb } = await import("./http/web");
    return (signal) => serveWeb(signal, () => isWholeStop(signal));
  },
  "slot-host": async () => {
    const [{ startSlotHost }, { env }] = await Promise.all([import("./slot-host/host"), import("./env")]);
    return async (signal) => {
      const port = Number(new URL(env.slotHostUrl).port);
      const directory = path.join(env.dataDir, "slots");
      const host = await startSlotHost({ directory, port, token: env.slotHostToken });
      await untilAborted(signal);
      await host.close();
    };
  },
  worker: async () => {
    const { runWorker } = await import("./queue/worker");
    return (signal) => runWorker(signal, () => isWholeStop(signal));
  },
  "audit-verify": async () => {
    const [{ printVerification }, { database }] = await Promise.all([
      import("./audit/verify"),
      import("./runtime"),
    ]);
    return async () => process.exit(await printVerification(database()));
  },
  // Told to whoever runs a slot host elsewhere: `slot-host-token https://slots.example.com`.
  "slot-host-token": async () => {
    const { slotHostTokenFor } = await import("./deployments/slot-host");
    return async () => console.log(slotHostTokenFor(process.argv[3] ?? ""));
  },
  migrate: async () => {
    const [{ migrateDatabase }, { env }] = await Promise.all([import("@/db/migrate"), import("./env")]);
    return () => migrateDatabase(env.databaseUrl);
  },
  "prepare-demonstration": async () => (await import("./demonstration/command")).prepareFromCommandLine,
};

/**
 * Told to a role with its signal. When one process ends and others go on, a worker leaves its pipeline jobs to them
 * and a web process is taken out of its proxy's turn first.
 */
type StopReason = "this process" | "everything";

function isWholeStop(signal: AbortSignal): boolean {
  return signal.reason === ("everything" satisfies StopReason);
}

/** How long a role may take to end by itself once it was told to. */
const GRACE_MS: Record<StopReason, number> = { everything: 8_000, "this process": 60_000 };

async function main(): Promise<void> {
  const name = process.argv[2] ?? "";
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) throw new Error(`Unknown command "${name}". Known: ${Object.keys(COMMANDS).join(", ")}.`);
  const stop = new AbortController();
  // Every job in hand listens for the end: more than ten of them are no leak.
  setMaxListeners(0, stop.signal);
  const end = (what: StopReason) => () => {
    if (stop.signal.aborted) return;
    stop.abort(what);
    setTimeout(() => process.exit(1), GRACE_MS[what]).unref();
  };
  process.on("SIGTERM", end("this process"));
  process.on("SIGINT", end("everything"));
  // The launcher holds the other end of this pipe: when it lets go, or dies by whatever, everything ends.
  if (process.argv.includes("--with-launcher")) {
    process.stdin.on("end", end("everything")).on("error", end("everything")).resume();
  }
  // Node leaves with 0 when nothing holds the process any more, whatever is still awaited: a role that nobody has told to
  // end has failed then.
  process.once("beforeExit", () => {
    if (stop.signal.aborted) return;
    console.error(`The ${name} ended before it was done: nothing it waited for was under way.`);
    process.exit(1);
  });
  const run = await load();
  await run(stop.signal);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const isPlain = error instanceof Error && error.constructor.name === "ConfigurationError";
    console.error(isPlain ? error.message : error);
    process.exit(1);
  },
);
