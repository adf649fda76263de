import { LRUCache } from "lru-cache";
import { readCommitSizes } from "@/server/git/commit-sizes";
import { readCommits } from "@/server/git/commits";
import { changedFiles, fileDiff } from "@/server/git/diff";
import { mergeBase } from "@/server/git/history";

/** For each kind of reading, about so much in memory. In bytes of its JSON. */
const KEPT_BYTES = 8 * 1024 * 1024;

/**
 * What lies between two commits never changes, and starting git costs more than all the rest of a page: the last readings
 * are kept, and asked for once where several ask at the same time. A failure is not kept. For pages; what acts reads anew.
 */
function keep<Args extends readonly unknown[], Value>(
  read: (directory: string, ...args: Args) => Promise<Value>,
): (directory: string, ...args: Args) => Promise<Value> {
  const readings = new LRUCache<string, { value: Value }, () => Promise<Value>>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ value }, key) => key.length + JSON.stringify(value).length,
    fetchMethod: async (_key, _stale, { context }) => ({ value: await context() }),
  });
  return async (directory, ...args) => {
    const again = () => read(directory, ...args);
    const kept = await readings.fetch(JSON.stringify([directory, ...args]), { context: again });
    return kept ? kept.value : again();
  };
}

export const keptCommits = keep(readCommits);
export const keptCommitSizes = keep(readCommitSizes);
export const keptMergeBase = keep(mergeBase);
export const keptChangedFiles = keep(changedFiles);
export const keptFileDiff = keep(fileDiff);
