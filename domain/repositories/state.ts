/** importing: comes in from elsewhere. failed: it did not; it is tried again or removed. */
export const REPOSITORY_STATES = ["ready", "importing", "failed"] as const;
export type RepositoryState = (typeof REPOSITORY_STATES)[number];

export const IMPORT_SOURCES = ["url", "directory"] as const;
export type ImportSource = (typeof IMPORT_SOURCES)[number];

/** In their order. `waiting`: no worker has taken it yet. */
export const IMPORT_PHASES = ["waiting", "connecting", "receiving", "checking", "done"] as const;
export type ImportPhase = (typeof IMPORT_PHASES)[number];
