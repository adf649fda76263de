import { addressOf, oneOf, type SearchParams, textOf } from "@/components/portal/address";
import {
  BRANCH_AGES,
  BRANCH_CHECKS,
  BRANCH_DISTANCES,
  BRANCH_PULLS,
  BRANCH_SORTS,
  BRANCH_VIEWS,
  type BranchAge,
  type BranchChecks,
  type BranchDistance,
  type BranchPull,
  type BranchSort,
  type BranchView,
} from "@/domain/branches/filters";
import type { BranchFilter, ListBranches } from "@/domain/branches/input";
import { BRANCH_KINDS, type BranchKind } from "@/domain/branches/naming";

export type BranchesAddress = {
  view: BranchView;
  productKey?: string | undefined;
  repositoryKey?: string | undefined;
  kind?: BranchKind | undefined;
  age?: BranchAge | undefined;
  distance?: BranchDistance | undefined;
  pull?: BranchPull | undefined;
  checks?: BranchChecks | undefined;
  owner?: string | undefined;
  search?: string | undefined;
  sort: BranchSort;
  /** Against the order's own direction. */
  isReversed: boolean;
};

export const BRANCHES_PAGE = 100;
/** Whoever scrolls on, or jumps to the end, waits for fewer and larger windows than whoever opens the page. */
export const BRANCHES_LATER = 500;
const DEFAULT_SORT: BranchSort = "commit";

export function readBranchesSearch(params: SearchParams): BranchesAddress {
  return {
    view: oneOf(params, "view", BRANCH_VIEWS) ?? "all",
    productKey: textOf(params, "product"),
    repositoryKey: textOf(params, "repository"),
    kind: oneOf(params, "kind", BRANCH_KINDS),
    age: oneOf(params, "age", BRANCH_AGES),
    distance: oneOf(params, "distance", BRANCH_DISTANCES),
    pull: oneOf(params, "pull", BRANCH_PULLS),
    checks: oneOf(params, "checks", BRANCH_CHECKS),
    owner: textOf(params, "owner", 100),
    search: textOf(params, "q", 200),
    sort: oneOf(params, "sort", BRANCH_SORTS) ?? DEFAULT_SORT,
    isReversed: textOf(params, "reversed") === "1",
  };
}

/** Without what is not set: a query's key is the same on both sides only if its input is. */
export function branchesFilter(address: BranchesAddress): BranchFilter {
  const { view, productKey, repositoryKey, kind, age, distance, pull, checks, owner, search } = address;
  return {
    ...(view === "all" ? {} : { view }),
    ...(productKey ? { productKey } : {}),
    ...(repositoryKey ? { repositoryKey } : {}),
    ...(kind ? { kinds: [kind] } : {}),
    ...(age ? { age } : {}),
    ...(distance ? { distance } : {}),
    ...(pull ? { pull } : {}),
    ...(checks ? { checks } : {}),
    ...(owner ? { owner } : {}),
    ...(search ? { search } : {}),
  };
}

export function branchesInput(address: BranchesAddress): Omit<ListBranches, "cursor"> {
  const { sort, isReversed } = address;
  // Names begin at A; of everything else the most, or the newest, comes first.
  const isDescending = (sort !== "name") !== isReversed;
  return { ...branchesFilter(address), sort, isDescending, limit: BRANCHES_PAGE };
}

export function branchesHref(address: Partial<BranchesAddress>): string {
  const { view, productKey, repositoryKey, kind, age, distance, pull, checks, owner, search } = address;
  return addressOf("/branches", {
    view: view === "all" ? undefined : view,
    product: productKey,
    repository: repositoryKey,
    kind,
    age,
    distance,
    pull,
    checks,
    owner,
    q: search,
    sort: address.sort === DEFAULT_SORT ? undefined : address.sort,
    reversed: address.isReversed,
  });
}

const FOLDED = ["kind", "age", "distance", "pull", "checks", "owner"] as const;

/** How many are set of the filters that a phone folds away. */
export function countFolded(address: BranchesAddress): number {
  return FOLDED.filter((name) => address[name] !== undefined).length;
}

/** Is any filter set besides the view and the order? */
export function isNarrowed(address: BranchesAddress): boolean {
  const { view: _, ...filter } = branchesFilter(address);
  return Object.keys(filter).length > 0;
}
