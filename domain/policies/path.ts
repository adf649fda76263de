import { listOf } from "./in-words";
import type { PolicyRules } from "./policy";

/** A place that something is promoted to: an environment, or branches of a kind. `needs` are the places before it. */
export type Place = { key: string; name: string; needs: readonly string[] };

export const MASTER = "branch:master";

/** What must have happened elsewhere before something may come here. */
export function needsOf(rules: Pick<PolicyRules, "verifiedIn" | "requiresMaster">): string[] {
  return [...rules.verifiedIn, ...(rules.requiresMaster ? [MASTER] : [])];
}

/** Environments that are named and do not exist, in a sentence; or null. */
export function unknownEnvironments(verifiedIn: readonly string[], known: readonly string[]): string | null {
  const unknown = verifiedIn.filter((key) => !known.includes(key));
  if (unknown.length === 0) return null;
  return `There is no environment ${listOf(unknown)}, so nothing could ever be verified there.`;
}

/** Places that wait for each other, in a sentence; or null where every place can be reached. */
export function circularPath(places: readonly Place[]): string | null {
  const byKey = new Map(places.map((place) => [place.key, place]));
  const done = new Set<string>();
  const walk = (key: string, trail: readonly string[]): readonly string[] | null => {
    if (trail.includes(key)) return [...trail.slice(trail.indexOf(key)), key];
    if (done.has(key)) return null;
    for (const before of byKey.get(key)?.needs ?? []) {
      const circle = walk(before, [...trail, key]);
      if (circle) return circle;
    }
    done.add(key);
    return null;
  };
  for (const { key } of places) {
    const circle = walk(key, []);
    if (circle) {
      const names = circle.map((one) => byKey.get(one)?.name ?? one);
      return `${names.join(" waits for ")}: nothing could ever get there.`;
    }
  }
  return null;
}
