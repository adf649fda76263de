import { classifyBranch, expectedBase, isProtected } from "../branches/naming";
import type { RunTrigger } from "./status";

/** One cached directory set at most, and all caches of one repository together. */
export const MAX_CACHE_BYTES = 512 * 1024 * 1024;
export const MAX_REPOSITORY_CACHE_BYTES = 2 * 1024 * 1024 * 1024;
export const MAX_CACHE_ENTRIES = 100_000;

/** What became of one cache of a job. */
export type CacheNote = {
  readonly key: string;
  readonly restoredBytes: number | null;
  /** The branch that had written it; null when it was this very tree. */
  readonly restoredFrom: string | null;
  readonly savedBytes: number | null;
  /** Why it was not restored or not saved, where that is worth knowing. */
  readonly note: string | null;
};

const HEADS = "refs/heads/";

/**
 * The branches whose caches a run may read, nearest first: its own when it is protected, then those it was cut from.
 * A tree is built once, and what a run of an unreviewed branch builds may be released as it is; so no run ever reads
 * what code wrote that its base has not taken in. The very tree's own cache is always its own.
 */
export function cacheRefs(ref: string): string[] {
  const refs: string[] = [];
  let name: string | null = ref.startsWith(HEADS) ? ref.slice(HEADS.length) : null;
  while (name !== null && refs.length < 5) {
    if (isProtected(classifyBranch(name).kind)) refs.push(`${HEADS}${name}`);
    name = expectedBase(name);
  }
  const master = `${HEADS}master`;
  return refs.includes(master) ? refs : [...refs, master];
}

/** Was what this run builds on its protected branch already? A candidate is not, until it is merged. */
export function isReviewedRun({ ref, trigger }: { ref: string; trigger: RunTrigger }): boolean {
  const name = ref.startsWith(HEADS) ? ref.slice(HEADS.length) : "";
  return trigger !== "candidate" && isProtected(classifyBranch(name).kind);
}
