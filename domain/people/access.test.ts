import { expect, test } from "vitest";
import { clashOfDuties, needsSecondAdministrator } from "./access";
import { ROLES } from "./roles";

test("roles that decide or administer take two administrators", () => {
  expect(ROLES.filter((role) => needsSecondAdministrator(role, 2))).toEqual([
    "tech_lead",
    "qa",
    "release_approver",
    "platform_admin",
  ]);
});

test("a lone administrator may appoint the second one and nobody else who counts", () => {
  expect(ROLES.filter((role) => needsSecondAdministrator(role, 1))).toEqual([
    "tech_lead",
    "qa",
    "release_approver",
  ]);
});

test("nobody both administers and decides", () => {
  expect(clashOfDuties("platform_admin", ["qa"])).toMatch(/decides on promotions/);
  expect(clashOfDuties("release_approver", ["platform_admin"])).toMatch(/administers/);
  expect(clashOfDuties("platform_admin", ["developer", "viewer"])).toBeNull();
  expect(clashOfDuties("qa", ["tech_lead"])).toBeNull();
});
