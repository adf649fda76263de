import type { GateKey, GateStatus } from "@/domain/promotions/status";

export type GateResult = { key: GateKey; status: GateStatus; detail: string; facts: Record<string, unknown> };
