import { describe, expect, test } from "vitest";
import { missingApprovals, PolicyRules } from "@/domain/policies/policy";
import { USUAL_POLICIES } from "@/domain/policies/usual";
import { CLIENTS, PEOPLE, PRODUCTS } from "./organisation";

type Place = { product: string; client: string | null };

const places: Place[] = PRODUCTS.flatMap(({ key, components }) => [
  { product: key, client: null },
  ...components.flatMap((component) => component.clients.map((client) => ({ product: key, client }))),
]);

/** Who holds one of the roles there. */
function eligible(roles: readonly string[], place: Place): string[] {
  return Object.entries(PEOPLE).flatMap(([person, { grants }]) =>
    grants.some(
      (grant: { role: string; product?: string; client?: string }) =>
        roles.includes(grant.role) &&
        (grant.product === undefined || grant.product === place.product) &&
        (grant.client === undefined || grant.client === place.client),
    )
      ? [person]
      : [],
  );
}

describe("every policy of the demonstration", () => {
  test.each(USUAL_POLICIES)("$key is one that the database takes", ({ rules }) => {
    expect(PolicyRules.parse(rules)).toEqual(rules);
  });

  test("only a merge has a target that could move", () => {
    const asked = USUAL_POLICIES.filter(({ rules }) => rules.onTargetMoved === "revote");
    expect(asked.map(({ subject }) => subject)).toEqual(["branch"]);
  });

  const cases = USUAL_POLICIES.flatMap((policy) => [
    { key: policy.key, rules: policy.rules.approvals },
    { key: `${policy.key} rollback`, rules: policy.rules.rollbackApprovals },
  ]).filter(({ rules }) => rules.length > 0);

  test.each(cases)("$key can be fulfilled with the requester and any one person away", ({ rules }) => {
    for (const place of places) {
      const everybody = [...new Set(rules.flatMap((rule) => eligible(rule.roles, place)))];
      const requesters = eligible(["tech_lead"], place);
      for (const requester of requesters) {
        for (const away of everybody) {
          const voters = new Map(
            rules.map((rule) => [
              rule.key,
              new Set(eligible(rule.roles, place).filter((one) => one !== requester && one !== away)),
            ]),
          );
          expect({ place, requester, away, missing: missingApprovals(rules, voters) }).toMatchObject({
            missing: 0,
          });
        }
      }
    }
  });
});

test("people stand in for all roles, each under an address of their own", () => {
  const people = Object.values(PEOPLE);
  expect(new Set(people.flatMap(({ grants }) => grants.map(({ role }) => role))).size).toBe(7);
  expect(new Set(people.map(({ email }) => email)).size).toBe(people.length);
  expect(people.every(({ email }) => /^[a-z]+(\.[a-z]+)+@meridian\.example$/.test(email))).toBe(true);
  expect(CLIENTS.length).toBeGreaterThan(2);
});
