import { addressOf, oneOf, type SearchParams, segment, textOf } from "@/components/portal/address";
import type { ListBranches } from "@/domain/branches/input";
import { BRANCH_KINDS, type BranchKind } from "@/domain/branches/naming";

export type RepositoryAddress = { key: string; kind?: BranchKind | undefined; after?: string | undefined };

export function readRepositorySearch(key: string, params: SearchParams): RepositoryAddress {
  return { key, kind: oneOf(params, "kind", BRANCH_KINDS), after: textOf(params, "after", 300) };
}

export function branchesInput({ key, kind, after }: RepositoryAddress): ListBranches {
  return { repositoryKey: key, limit: 100, ...(kind ? { kinds: [kind] } : {}), ...(after ? { after } : {}) };
}

export function repositoryHref({ key, kind, after }: RepositoryAddress): string {
  return addressOf(`/repositories/${segment(key)}`, { kind, after });
}

type NewPullRequest = { repository: string; source?: string; target?: string };

export function newPullRequestHref(given: NewPullRequest): string {
  return addressOf("/pull-requests/new", given);
}
