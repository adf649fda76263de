import path from "node:path";
import { untilAborted } from "./until-aborted";

/** Every role of the one program. Each runs until it is done or the signal says stop. */
const COMMANDS: Record<string, () => Promise<(signal: AbortSignal) => Promise<void>>> = {
  web: async () => (await import("./http/web")).serveWeb,
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
  migrate: async () => {
    const [{ migrateDatabase }, { env }] = await Promise.all([import("@/db/migrate"), import("./env")]);
    return () => migrateDatabase(env.databaseUrl);
  },
};

/** How long a role may take to end by itself once it was told to. */
const GRACE_MS = 8000;

async function main(): Promise<void> {
  const name = process.argv[2] ?? "";
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) throw new Error(`Unknown command "${name}". Known: ${Object.keys(COMMANDS).join(", ")}.`);
  const stop = new AbortController();
  const end = () => {
    if (stop.signal.aborted) return;
    stop.abort();
    setTimeout(() => process.exit(1), GRACE_MS).unref();
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  // The launcher holds the other end of this pipe: when it dies, by whatever, so do we.
  if (process.argv.includes("--with-launcher")) process.stdin.on("end", end).on("error", end).resume();
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
