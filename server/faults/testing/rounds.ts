import { inject } from "vitest";

declare module "vitest" {
  // biome-ignore lint/style/useConsistentTypeDefinitions: only an interface merges with vitest's own
  interface ProvidedContext {
    faults: { isNightly: boolean; seed: number };
  }
}

const { isNightly, seed } = inject("faults");

/** How often a fault is done: a few times with every push, many times at night. */
export function rounds(perPush: number, nightly: number): number {
  return isNightly ? nightly : perPush;
}

export type Chance = {
  /** From 0 to 1. */
  next: () => number;
  /** A whole number from `least` to `most`. */
  between: (least: number, most: number) => number;
  pick: <T>(of: readonly T[]) => T;
};

/** The same numbers for the same seed and name, printed so that a night that failed can be repeated (mulberry32). */
export function chance(name: string): Chance {
  console.info(`${name}: CLEARWAY_SEED=${seed}`);
  let state = [...name].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619), seed);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    pick: <T>(of: readonly T[]): T => {
      const one = of[between(0, of.length - 1)];
      if (one === undefined) throw new Error("There is nothing to pick from.");
      return one;
    },
  };
}
