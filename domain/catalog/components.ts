export const COMPONENT_SCOPES = ["common", "client"] as const;
export type ComponentScope = (typeof COMPONENT_SCOPES)[number];
