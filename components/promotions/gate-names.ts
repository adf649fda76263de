import type { Status } from "@/components/ui/status-mark";
import type { GateKey, GateStatus } from "@/domain/promotions/status";

export const GATE_NAMES: Record<GateKey, string> = {
  mergeable: "Merge",
  up_to_date: "Up to date",
  work_item: "Work items",
  contributors_known: "Contributors",
  checks: "Checks",
  verified_in: "Verified before",
  release_sealed: "Built once",
  on_master: "On master",
  environment_open: "Environment",
  not_held: "Hold",
  path: "Path",
  schema: "Schema",
};

export const GATE_MARKS: Record<GateStatus, Status> = { pass: "ok", fail: "blocked", pending: "waiting" };
export const GATE_WORDS: Record<GateStatus, string> = {
  pass: "passed",
  fail: "in the way",
  pending: "not yet",
};
