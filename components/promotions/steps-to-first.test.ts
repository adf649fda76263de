import { expect, test } from "vitest";
import { type FirstSteps, stepsToFirst, whatWillAppear } from "./steps-to-first";

const NOTHING: FirstSteps = {
  hasProduct: false,
  hasRepository: false,
  hasUnreadyRepository: false,
  productToAddTo: null,
  repositoryToClone: null,
  hasAccessToken: false,
  hasEnvironment: false,
  hasOpenEnvironment: false,
  hasEnvironmentWithHost: false,
  hasBranchPolicies: false,
  people: null,
  you: { canAddProducts: false, canEditEnvironments: false, canOpenPullRequests: false, canVote: false },
};
const ADMINISTRATOR: FirstSteps = {
  ...NOTHING,
  people: { hasSecondAdministrator: false, hasOthers: false },
  you: { ...NOTHING.you, canAddProducts: true, canEditEnvironments: true },
};
const DEVELOPER: FirstSteps = {
  ...NOTHING,
  you: { ...NOTHING.you, canOpenPullRequests: true, canVote: true },
};
const linksOf = (facts: FirstSteps) =>
  stepsToFirst(facts).flatMap(({ isDone, acts }) => (isDone ? [] : acts.map(({ href }) => href)));

test("an administrator of an empty installation is led to everything but the pull request, the product first", () => {
  expect(linksOf(ADMINISTRATOR)).toEqual([
    "/catalog?add=product",
    "/environments/manage",
    "/policies",
    "/people",
    "/people?tab=groups",
    "/people",
  ]);
});

test("a product is followed by its repository, and an import that goes on by its page", () => {
  const withProduct = { ...ADMINISTRATOR, hasProduct: true, productToAddTo: "payments" };
  expect(linksOf(withProduct)[0]).toBe("/catalog/payments?act=repository");
  expect(linksOf({ ...withProduct, hasUnreadyRepository: true })[0]).toBe("/catalog/payments");
});

test("environments say what they lack: themselves, a policy or a slot host", () => {
  const actFor = (facts: Partial<FirstSteps>) =>
    stepsToFirst({ ...ADMINISTRATOR, ...facts }).find(({ acts }) => acts[0]?.href === "/environments/manage")
      ?.acts[0]?.label;
  expect(actFor({})).toBe("Add environments");
  expect(actFor({ hasEnvironment: true })).toBe("Bind policies");
  expect(actFor({ hasEnvironment: true, hasOpenEnvironment: true })).toBe("Set a slot host");
});

test("a developer is led to a token, then to the pull request and how to clone, and to nothing that they may not do", () => {
  expect(linksOf(DEVELOPER)).toEqual(["/access-tokens"]);
  expect(
    linksOf({ ...DEVELOPER, hasRepository: true, hasAccessToken: true, repositoryToClone: "pay" }),
  ).toEqual(["/pull-requests/new?repository=pay", "/repositories/pay"]);
});

test("whoever administers one product adds its repository and nothing of the organisation's", () => {
  expect(linksOf({ ...NOTHING, hasProduct: true, productToAddTo: "payments" })).toEqual([
    "/catalog/payments?act=repository",
  ]);
});

test("whoever has no part in it is told what will be here", () => {
  expect(stepsToFirst(NOTHING)).toEqual([]);
  expect(whatWillAppear(NOTHING)).not.toContain("your approval");
  expect(whatWillAppear({ ...NOTHING, you: { ...NOTHING.you, canVote: true } })).toContain("your approval");
});
