import type { ApprovalRule } from "./policy";

type Rule = Pick<ApprovalRule, "key" | "minimum">;

export type Filled = {
  /** How many approvals each rule has, where one person fills one rule only. */
  given: ReadonlyMap<string, number>;
  missing: number;
  /** The rules of which one more approval brings the whole nearer: those that lack some, and those whose voters could stand in. */
  wanted: ReadonlySet<string>;
};

/**
 * Who approved is seated at one rule each, at as many as can be filled at once (a maximum matching by augmenting paths,
 * Kuhn 1955). `wanted` is what can be reached from the empty seats: the smallest set of rules that asks for more people
 * than it has (Dulmage and Mendelsohn 1958). The database says the same (promotion_approvals).
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
  const wanted = new Set(lacking.map(({ key }) => key));
  for (const key of wanted) {
    for (const voter of votersOf(key)) {
      const seat = seatOf.get(voter);
      if (seat !== undefined) wanted.add(seat);
    }
  }
  const missing = lacking.reduce((sum, { key, minimum }) => sum + minimum - (given.get(key) ?? 0), 0);
  return { given, missing, wanted };
}
