import type { environments } from "@/db/schema";
import { env } from "../env";
import type { SlotHostAddress } from "./gateway";

/** Where an environment's artifacts are installed. Null: nowhere yet. */
export function slotHostOf(environment: typeof environments.$inferSelect): SlotHostAddress | null {
  return environment.slotHostUrl
    ? { url: resolveHost(environment.slotHostUrl), token: env.slotHostToken }
    : null;
}

/** The demonstration's own host stands at whatever port was free when it started. */
function resolveHost(url: string): string {
  return url === "demonstration:" ? env.slotHostUrl : url;
}
