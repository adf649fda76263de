import type { Status } from "@/components/ui/status-mark";
import type { DeploymentState } from "@/domain/deployments/status";

const STANDINGS: Record<DeploymentState, { status: Status; words: string }> = {
  starting: { status: "running", words: "deploying" },
  verifying: { status: "running", words: "verifying" },
  unknown: { status: "unknown", words: "outcome not known" },
  live: { status: "ok", words: "live" },
  failed: { status: "failed", words: "failed" },
  rolled_back: { status: "rolled-back", words: "rolled back" },
  superseded: { status: "superseded", words: "replaced" },
};

export function deploymentStanding(state: DeploymentState): { status: Status; words: string } {
  return STANDINGS[state];
}
