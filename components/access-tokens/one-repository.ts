import type { ListRepositories } from "@/domain/repositories/input";

/** Asked on the server and in the browser alike, so that both mean the same query. */
export const ONE_REPOSITORY: ListRepositories = { limit: 1 };
