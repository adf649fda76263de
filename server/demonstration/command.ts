import path from "node:path";
import { createClient, createPool } from "@/db/client";
import { env } from "../env";
import { type SlotHost, startSlotHost } from "../slot-host/host";
import { prepareDemonstration } from "./prepare";

/** `prepare-demonstration`: run by the launcher before the other roles, so it brings its own slot host. */
export async function prepareFromCommandLine(signal: AbortSignal): Promise<void> {
  if (!env.demonstration) throw new Error("This installation is not a demonstration.");
  // A preparation that is cut short is made anew as a whole, so its transactions need not wait for the disk.
  const options = "-c statement_timeout=30000 -c lock_timeout=4000 -c synchronous_commit=off";
  const pool = createPool(env.databaseUrl, { options });
  const host = await slotHost();
  const began = Date.now();
  try {
    const outcome = await prepareDemonstration(
      { db: createClient(pool), dataDir: env.dataDir },
      { databaseUrl: env.databaseUrl, onProgress: (line) => console.log(line), signal },
    );
    const seconds = Math.round((Date.now() - began) / 1000);
    if (outcome === "prepared") console.log(`The demonstration is ready (${seconds} s).`);
  } finally {
    await host?.close();
    await pool.end();
  }
}

/** Null when one stands at the address already. */
async function slotHost(): Promise<SlotHost | null> {
  const port = Number(new URL(env.slotHostUrl).port);
  const directory = path.join(/*turbopackIgnore: true*/ env.dataDir, "slots");
  try {
    return await startSlotHost({ directory, port, token: env.slotHostToken });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return null;
    throw error;
  }
}
