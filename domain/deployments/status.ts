export const DEPLOYMENT_STATES = [
  "starting",
  "verifying",
  "unknown",
  "live",
  "failed",
  "rolled_back",
  "superseded",
] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];

/** In these a deployment holds its slot: at most one per slot, held by a partial unique index. */
export const ACTIVE_DEPLOYMENT_STATES = [
  "starting",
  "verifying",
  "unknown",
] as const satisfies readonly DeploymentState[];

export const DEPLOYMENT_TRANSITIONS: readonly (readonly [DeploymentState, DeploymentState])[] = [
  ["starting", "verifying"],
  ["starting", "unknown"],
  ["starting", "failed"],
  ["unknown", "starting"],
  ["unknown", "verifying"],
  ["unknown", "failed"],
  ["verifying", "live"],
  ["verifying", "unknown"],
  ["verifying", "failed"],
  ["failed", "rolled_back"],
  ["live", "superseded"],
  ["live", "rolled_back"],
];
