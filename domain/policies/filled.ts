import type { ApprovalRule } from "./policy";

type Rule = Pick<ApprovalRule, "key" | "minimum">;

export type Filled = {
  /** How many approvals each rule has, where one person fills one rule only. */
  given: ReadonlyMap<string, number>;
  missing: number;
  /** For each rule that lacks some: the rules by which one more approval fills it, itself or one whose voter then moves over. */
  ways: ReadonlyMap<string, ReadonlySet<string>>;
  /** All of those: an approval by anybody else brings nothing. */
  wanted: ReadonlySet<string>;
};

/**
 * Who approved is seated at one rule each, at as many as can be filled at once (a maximum matching by augmenting paths,
 * Kuhn 1955). `wanted` is what can be reached from the empty seats: the smallest set of rules that lacks the most people
 * (Dulmage and Mendelsohn 1958). The database says the same (promotion_approvals).
 */
export function fillRules(
  rules: readonly Rule[],
  votersByRule: ReadonlyMap<string, ReadonlySet<string>>,
): Filled {
  const votersOf = (key: string) => votersByRule.get(key) ?? new Set<string>();
  const seatOf = new Map<string, string>();
  const seatSomebody = (key: string, asked: Set<string>): boolean => {
    for (const voter of votersOf(key)) {
      if (asked.has(voter)) continue;
      asked.add(voter);
      const seat = seatOf.get(voter);
      if (seat === undefined || (seat !== key && seatSomebody(seat, asked))) {
        seatOf.set(voter, key);
        return true;
      }
    }
    return false;
  };
  const given = new Map<string, number>();
  for (const { key, minimum } of rules) {
    let seated = 0;
    while (seated < minimum && seatSomebody(key, new Set())) seated++;
    given.set(key, seated);
  }
  const lacking = rules.filter(({ key, minimum }) => (given.get(key) ?? 0) < minimum);
  const reachedFrom = (key: string) => {
    const reached = new Set([key]);
    for (const one of reached) {
      for (const voter of votersOf(one)) {
        const seat = seatOf.get(voter);
        if (seat !== undefined) reached.add(seat);
      }
    }
    return reached;
  };
  const ways = new Map(lacking.map(({ key }) => [key, reachedFrom(key)]));
  const wanted = new Set([...ways.values()].flatMap((reached) => [...reached]));
  const missing = lacking.reduce((sum, { key, minimum }) => sum + minimum - (given.get(key) ?? 0), 0);
  return { given, missing, ways, wanted };
}
