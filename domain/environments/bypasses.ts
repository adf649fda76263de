import type { PolicyRules } from "../policies/policy";

type Place = {
  key: string;
  name: string;
  rules: Pick<PolicyRules, "verifiedIn" | "requiresMaster"> | null;
};

/** What comes to `environment` need not have been verified in `before`, the one just before it. */
export type Bypass<E extends Place = Place> = { environment: E; before: E };

/**
 * Where a change can go past an environment: those that are open and ask for what is verified in the open one before
 * neither themselves nor by what they ask for. `inUse` are those in use in their order, `masterAsks` the keys of those
 * that master's policy asks for. Nothing is verified in a closed one, so that none could be asked for.
 */
export function bypasses<E extends Place>(inUse: readonly E[], masterAsks: readonly string[]): Bypass<E>[] {
  const open = inUse.filter(({ rules }) => rules !== null);
  return open.flatMap((environment, index) => {
    const before = open[index - 1];
    return before && !reached(open, masterAsks, environment).has(before.key) ? [{ environment, before }] : [];
  });
}

/** Everything that must be verified before, however far back. */
function reached(
  open: readonly Place[],
  masterAsks: readonly string[],
  { rules }: Place,
  seen = new Set<string>(),
): Set<string> {
  const asked = [...(rules?.verifiedIn ?? []), ...(rules?.requiresMaster ? masterAsks : [])];
  for (const key of asked) {
    const place = open.find((one) => one.key === key);
    if (!place || seen.has(key)) continue;
    seen.add(key);
    reached(open, masterAsks, place, seen);
  }
  return seen;
}
