import { ROLE_NAMES } from "../people/roles";
import { listOf } from "./in-words";
import { type ApprovalRule, describeRule } from "./policy";

/**
 * Why these rules could not be fulfilled in a place, or null where they can be, with any one person away. `eligible`
 * holds the people of each rule, by its key. One person fills one rule, so by Hall's theorem every set of rules needs
 * as many different people as it asks for, and one more, because anybody may be the author.
 */
export function unsatisfiable(
  rules: readonly ApprovalRule[],
  eligible: ReadonlyMap<string, ReadonlySet<string>>,
  place: string,
): string | null {
  const sets = Array.from({ length: (1 << rules.length) - 1 }, (_, index) =>
    rules.filter((_rule, position) => (index + 1) & (1 << position)),
  ).sort((a, b) => a.length - b.length);
  for (const chosen of sets) {
    const asked = chosen.reduce((sum, rule) => sum + rule.minimum, 0);
    const people = new Set(chosen.flatMap((rule) => [...(eligible.get(rule.key) ?? [])])).size;
    if (people <= asked) return sentence(chosen, asked, people, place);
  }
  return null;
}

function sentence(rules: readonly ApprovalRule[], asked: number, people: number, place: string): string {
  const [only, ...others] = rules;
  const who =
    only && others.length === 0
      ? `${only.name} asks for ${describeRule(only, ROLE_NAMES)}`
      : `${listOf(rules.map((rule) => rule.name))} together ask for ${asked} people, as one person fills one rule`;
  const there =
    people === 0
      ? `nobody in ${place} could give it`
      : `in ${place} ${people === 1 ? "only 1 person" : `only ${people} people`} could`;
  const why =
    people >= asked ? ", so nothing would pass whenever one of them is away or wrote the change" : "";
  return `${who}; ${there}${why}.`;
}
