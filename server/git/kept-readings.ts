import { LRUCache } from "lru-cache";
import { readCommitSizes } from "@/server/git/commit-sizes";
import { readCommits } from "@/server/git/commits";
import { changedFiles, fileDiff } from "@/server/git/diff";
import { mergeBase } from "@/server/git/history";

/** For each kind of reading, at most so many and about so much of memory, in bytes of its JSON. */
const KEPT = 2_000;
const KEPT_BYTES = 8 * 1024 * 1024;

/**
 * What lies between two commits never changes, and starting git costs more than all the rest of a page: the last readings
 * are kept, and asked for once where several ask at the same time. A failure is not kept. For pages; what acts reads anew.
 */
function keep<Args extends readonly unknown[], Value>(
  read: (directory: string, ...args: Args) => Promise<Value>,
): (directory: string, ...args: Args) => Promise<Value> {
  const readings = new LRUCache<string, { value: Value }, () => Promise<Value>>({
    max: KEPT,
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ value }, key) => key.length + JSON.stringify(value, withMaps).length,
    // One that is pushed out while it is read is still somebody's answer.
    ignoreFetchAbort: true,
    fetchMethod: async (_key, _stale, { context }) => ({ value: await context() }),
  });
  return async (directory, ...args) => {
    const again = () => read(directory, ...args);
    const kept = await readings.fetch(JSON.stringify([directory, ...args]), { context: again });
    return kept ? kept.value : again();
  };
}

/** JSON takes a map for an empty object. */
function withMaps(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}

export const keptCommits = keep(readCommits);
export const keptCommitSizes = keep(readCommitSizes);
export const keptMergeBase = keep(mergeBase);
export const keptChangedFiles = keep(changedFiles);
export const keptFileDiff = keep(fileDiff);
