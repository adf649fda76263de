import type { Outputs } from "@/components/trpc/outputs";

export type Slot = Outputs["environments"]["slot"];

/** "UAT", "Acme Production" */
export function placeOf(slot: Pick<Slot, "client" | "environment">): string {
  return slot.client ? `${slot.client.name} ${slot.environment.name}` : slot.environment.name;
}
