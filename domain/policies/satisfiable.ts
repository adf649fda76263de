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
  for (const { chosen, asked, people } of everySet(rules, eligible)) {
    if (people.size <= asked) return sentence(chosen, asked, people.size, place);
  }
  return null;
}

/**
 * Where these rules can be fulfilled, but not with one person more away than whoever asks: why not, or null. `hands` are
 * those who could ask for it or write the change: where one of them is asked by a rule, that one never counts for it.
 */
export function fulfilledBarely(
  rules: readonly ApprovalRule[],
  eligible: ReadonlyMap<string, ReadonlySet<string>>,
  hands: ReadonlySet<string>,
  place: string,
): string | null {
  for (const { chosen, asked, people } of everySet(rules, eligible)) {
    if (people.size === asked + 1 && [...people].some((person) => hands.has(person)))
      return `${whoIsAsked(chosen, asked)}; in ${place} ${people.size} people could, so nobody may be away whenever one of them asks for it or wrote the change.`;
  }
  return null;
}

/** Every set of rules, small ones first, with how many people it asks for and who could be one. */
function everySet(rules: readonly ApprovalRule[], eligible: ReadonlyMap<string, ReadonlySet<string>>) {
  return Array.from({ length: (1 << rules.length) - 1 }, (_, index) =>
    rules.filter((_rule, position) => (index + 1) & (1 << position)),
  )
    .sort((a, b) => a.length - b.length)
    .map((chosen) => ({
      chosen,
      asked: chosen.reduce((sum, rule) => sum + rule.minimum, 0),
      people: new Set(chosen.flatMap((rule) => [...(eligible.get(rule.key) ?? [])])),
    }));
}

function sentence(rules: readonly ApprovalRule[], asked: number, people: number, place: string): string {
  const there =
    people === 0
      ? `nobody in ${place} could give it`
      : `in ${place} ${people === 1 ? "only 1 person" : `only ${people} people`} could`;
  const why =
    people >= asked ? ", so nothing would pass whenever one of them is away or wrote the change" : "";
  return `${whoIsAsked(rules, asked)}; ${there}${why}.`;
}

function whoIsAsked(rules: readonly ApprovalRule[], asked: number): string {
  const [only, ...others] = rules;
  return only && others.length === 0
    ? `${only.name} asks for ${describeRule(only, ROLE_NAMES)}`
    : `${listOf(rules.map((rule) => rule.name))} together ask for ${asked} people, as one person fills one rule`;
}
