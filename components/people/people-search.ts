import { addressOf, numberOf, oneOf, type SearchParams, textOf } from "@/components/portal/address";
import type { ListPeople } from "@/domain/people/input";
import { PERSON_STATES, type PersonState } from "@/domain/people/person-states";
import { ROLES, type Role } from "@/domain/people/roles";

export const PEOPLE_TABS = ["people", "requests", "groups"] as const;
export type PeopleTab = (typeof PEOPLE_TABS)[number];

export type PeopleAddress = {
  tab: PeopleTab;
  q?: string | undefined;
  role?: Role | undefined;
  scope?: string | undefined;
  state?: PersonState | undefined;
  page?: number | undefined;
  /** The form that adds a person is open, with this address in it. */
  add?: string | undefined;
};

export function readPeopleSearch(params: SearchParams): PeopleAddress {
  const scope = textOf(params, "scope");
  return {
    tab: oneOf(params, "tab", PEOPLE_TABS) ?? "people",
    q: textOf(params, "q", 100),
    role: oneOf(params, "role", ROLES),
    scope:
      scope && /^(organisation|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(scope) ? scope : undefined,
    state: oneOf(params, "state", PERSON_STATES),
    page: Math.min(numberOf(params, "page") ?? 1, 10_000),
    add: textOf(params, "add", 200),
  };
}

/** Without what is not set: a query's key is the same on both sides only if its input is. */
export function peopleInput({ q, role, scope, state, page }: PeopleAddress): ListPeople {
  return {
    page: page ?? 1,
    ...(q ? { q } : {}),
    ...(role ? { role } : {}),
    ...(scope ? { scope } : {}),
    ...(state ? { state } : {}),
  };
}

export function peopleHref({ tab, page, ...filter }: PeopleAddress): string {
  return addressOf("/people", {
    tab: tab === "people" ? undefined : tab,
    ...filter,
    page: page === 1 ? undefined : page,
  });
}
