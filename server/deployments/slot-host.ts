import { createHmac } from "node:crypto";
import type { environments } from "@/db/schema";
import { isLoopback } from "@/domain/environments/slot-host-url";
import { env } from "../env";
import type { SlotHostAddress } from "./gateway";

/** Where an environment's artifacts are installed. Null: nowhere yet. */
export function slotHostOf(environment: typeof environments.$inferSelect): SlotHostAddress | null {
  if (!environment.slotHostUrl) return null;
  const url = resolveHost(environment.slotHostUrl);
  return { url, token: slotHostTokenFor(url) };
}

/**
 * What Clearway shows a slot host to be let in: another for each origin, so that no host learns what opens the next one.
 * Those of this machine share the one that the program's own slot host knows.
 */
export function slotHostTokenFor(url: string): string {
  const { origin, hostname } = new URL(url);
  if (isLoopback(hostname)) return env.slotHostToken;
  return createHmac("sha256", env.secret).update(`slot host ${origin}`).digest("hex");
}

/** The demonstration's own host stands at whatever port was free when it started. */
function resolveHost(url: string): string {
  return url === "demonstration:" ? env.slotHostUrl : url;
}
