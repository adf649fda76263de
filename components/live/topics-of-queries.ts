import type { QueryKey } from "@tanstack/react-query";
import type { Topic } from "@/domain/live/topics";

/** The routers whose answers may have changed with a topic. The audit trail grows with every one of them. */
const ROUTERS: Record<Topic, readonly string[]> = {
  promotions: ["promotions", "environments", "releases", "pullRequests", "workItems", "audit"],
  pullRequests: ["pullRequests", "branches", "repositories", "workItems", "audit"],
  branches: ["branches", "repositories", "products", "pullRequests", "workItems", "audit"],
  pipelines: ["pipelines", "branches", "repositories", "promotions", "workItems", "audit"],
  jobs: ["pipelines"],
  deployments: [
    "environments",
    "deployments",
    "promotions",
    "releases",
    "products",
    "clients",
    "workItems",
    "audit",
  ],
  environments: ["environments", "policies", "promotions", "releases", "settings", "audit"],
  policies: ["policies", "environments", "promotions", "settings", "audit"],
  releases: ["releases", "products", "environments", "workItems", "audit"],
  settings: ["settings", "promotions", "pipelines", "environments", "audit"],
  workers: ["settings", "promotions", "pipelines"],
  accessTokens: ["accessTokens", "people", "audit"],
  // Settings as well: every page asks for its frame there, so that an ended session is noticed at once.
  people: ["people", "promotions", "settings", "audit"],
  catalog: ["products", "repositories", "components", "clients", "environments", "settings", "audit"],
};

/** Answers that never change for the same question: the question names the revision and what it is compared with. */
const STEADY: ReadonlySet<string> = new Set(["promotions.changes", "promotions.diff"]);

export function routersOf(topic: Topic | "everything"): readonly string[] {
  return topic === "everything" ? ["everything"] : ROUTERS[topic];
}

/** Is this query's answer in doubt after a change in `router`? */
export function concerns(router: string, queryKey: QueryKey): boolean {
  const [path] = queryKey;
  if (!Array.isArray(path)) return false;
  return (router === "everything" || path[0] === router) && !STEADY.has(path.join("."));
}
