import type { PolicyRules } from "../policies/policy";

type Neighbour = { key: string; name: string; rules: Pick<PolicyRules, "verifiedIn"> | null };

/** `environment` does not ask for what is verified in `before`, the one just before it. */
export type Bypass<E extends Neighbour = Neighbour> = { environment: E; before: E };

/**
 * Where the path goes past an environment that was put between others: the policies of the next one that is open, and
 * its own, as far as they do not ask for the one before. `inUse` are those in use in their order.
 */
export function bypassesAround<E extends Neighbour>(inUse: readonly E[], key: string): Bypass<E>[] {
  const at = inUse.findIndex((one) => one.key === key);
  const added = inUse[at];
  const previous = inUse[at - 1];
  const next = inUse[at + 1];
  if (!added) return [];
  const pairs = [
    previous ? { environment: added, before: previous } : null,
    next ? { environment: next, before: added } : null,
  ];
  return pairs
    .filter((pair) => pair !== null)
    .filter(
      ({ environment, before }) =>
        environment.rules !== null && !environment.rules.verifiedIn.includes(before.key),
    );
}
