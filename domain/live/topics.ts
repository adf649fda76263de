export const TOPICS = [
  "promotions",
  "pullRequests",
  "branches",
  "pipelines",
  "jobs",
  "deployments",
  "environments",
  "policies",
  "releases",
  "settings",
  "workers",
  "accessTokens",
  "people",
  "catalog",
] as const;
export type Topic = (typeof TOPICS)[number];

/** A live event says that something changed, never what: the tab asks for it under its own permissions. */
export type LiveEvent = {
  topic: Topic;
  id: string;
  productId: string | null;
  environmentId?: string | null;
  clientId?: string | null;
};
