import { expect, test } from "vitest";
import type { PersonActor } from "./people/actor";
import { ROLES } from "./people/roles";
import { can, PERMISSIONS } from "./permissions";

const LETTERS = {
  viewer: "V",
  developer: "D",
  tech_lead: "T",
  qa: "Q",
  release_approver: "R",
  platform_admin: "P",
  auditor: "A",
};

/** Read it like a policy: changing a line is changing who may do what. */
test("who may do what", () => {
  const table = Object.entries(PERMISSIONS).map(([permission, roles]) => {
    const held = ROLES.map((role) =>
      (roles as readonly string[]).includes(role) ? LETTERS[role] : "-",
    ).join("");
    return `${held} ${permission}`;
  });
  expect(table).toMatchInlineSnapshot(`
    [
      "VDTQRPA promotions.read",
      "-DT---- promotions.request",
      "--T---- promotions.requestProduction",
      "-DTQR-- promotions.vote",
      "-DT-RP- promotions.cancel",
      "-DT-RP- promotions.retry",
      "--T-R-- promotions.resolve",
      "--T-R-- rollbacks.request",
      "-DTQRPA pullRequests.read",
      "-DT---- pullRequests.open",
      "-DT---- pullRequests.close",
      "-DTQRPA repositories.read",
      "-DT---- branches.delete",
      "--T---- branches.deleteAny",
      "-DTQR-- git.read",
      "-DT---- git.push",
      "-DTQRPA pipelines.read",
      "-DT---- pipelines.run",
      "VDTQRPA releases.read",
      "--T-R-- releases.withdraw",
      "VDTQRPA environments.read",
      "VDTQRPA policies.read",
      "-----P- policies.edit",
      "-----P- environments.edit",
      "--TQR-- slots.hold",
      "VDTQRPA workItems.read",
      "VDTQRPA catalog.read",
      "-----P- catalog.edit",
      "-----PA audit.read",
      "--T-RPA settings.read",
      "-----P- settings.edit",
      "-DTQR-- accessTokens.manage",
      "VDTQRPA people.read",
      "-----P- people.manage",
      "VDTQRPA search.read",
      "VDTQRPA live.read",
    ]
  `);
});

test("an administrator decides nothing and an auditor changes nothing", () => {
  const deciding = [
    "promotions.vote",
    "promotions.request",
    "promotions.requestProduction",
    "rollbacks.request",
  ] as const;
  for (const permission of deciding) {
    expect(PERMISSIONS[permission]).not.toContain("platform_admin");
    expect(PERMISSIONS[permission]).not.toContain("auditor");
  }
});

const person = (scope: PersonActor["grants"][number]["scope"]): PersonActor => ({
  kind: "person",
  personId: "p",
  name: "Ann",
  email: "ann@example.com",
  grants: [{ role: "qa", scope }],
});

test.each([
  ["organisation", null, true],
  ["product", "payments", true],
  ["product", "lending", false],
  ["client", "acme", true],
  ["client", "borealis", false],
  ["environment", "uat", true],
  ["environment", "qa", false],
] as const)("a grant on %s %s covers Acme's payments in UAT: %s", (kind, id, covered) => {
  const resource = { productId: "payments", clientId: "acme", environmentId: "uat" };
  expect(can(person({ kind, id }), "promotions.vote", resource)).toBe(covered);
});

test("a client's grant does not cover what belongs to no client", () => {
  expect(can(person({ kind: "client", id: "acme" }), "promotions.vote", { productId: "payments" })).toBe(
    false,
  );
});
