import type { GateStatus, PromotionState } from "./status";

export type Gate = { key: string; status: GateStatus; detail: string };

/**
 * Where a waiting promotion stands by its gates and votes: every gate must pass before people are asked,
 * and enough people must have agreed before anything is done.
 */
export function waitingState(
  gates: readonly Gate[],
  missingApprovals: number,
): Extract<PromotionState, "gating" | "awaiting_approval" | "ready"> {
  if (gates.length === 0 || gates.some((gate) => gate.status !== "pass")) return "gating";
  return missingApprovals > 0 ? "awaiting_approval" : "ready";
}

/** The sentence for why it waits at its gates: a failed gate first, then what is still being looked at. */
export function gateInTheWay(gates: readonly Gate[]): Gate | null {
  return (
    gates.find((gate) => gate.status === "fail") ?? gates.find((gate) => gate.status === "pending") ?? null
  );
}

/** May the old release run on the schema that is live? Both bounds are included. */
export function schemaAllows(release: { schemaMin: number; schemaMax: number }, liveSchema: number): boolean {
  return release.schemaMin <= liveSchema && liveSchema <= release.schemaMax;
}
