export const RELEASE_STATES = ["all", "live", "withdrawn"] as const;
export type ReleaseState = (typeof RELEASE_STATES)[number];
