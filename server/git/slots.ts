import { GitError } from "@/server/git/error";

/** git processes at once in this process of ours, and how many more may wait. */
const MAX_RUNNING = 8;
const MAX_WAITING = 512;

let running = 0;
const waiting: (() => void)[] = [];

/** Runs `work` when one of the slots is free. Throws GitError `busy` when too many wait already. */
export async function withSlot<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MAX_RUNNING) {
    if (waiting.length >= MAX_WAITING) {
      throw new GitError("busy", "Too many git commands are waiting. Try again in a moment.");
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}
