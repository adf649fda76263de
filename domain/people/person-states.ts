export const PERSON_STATES = ["active", "invited", "inactive", "linked"] as const;
export type PersonState = (typeof PERSON_STATES)[number];
