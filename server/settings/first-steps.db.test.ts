import { afterEach, beforeEach, expect, test } from "vitest";
import { groupRoles } from "@/db/schema";
import {
  audited,
  givenBranchPolicy,
  givenEnvironment,
  givenGrant,
  givenInstallation,
  givenPerson,
  givenPolicy,
  givenProduct,
  givenRepository,
} from "@/db/testing/given";
import { createTestContext, type TestContext } from "@/db/testing/test-context";
import type { Actor, GrantScope, PersonActor } from "@/domain/people/actor";
import type { Role } from "@/domain/people/roles";
import { getFirstSteps } from "./first-steps";

const EVERYWHERE: GrantScope = { kind: "organisation", id: null };
let context: TestContext<Actor>;

beforeEach(async () => {
  context = await createTestContext<Actor>({ kind: "anonymous" });
  await givenInstallation(context.db);
});
afterEach(() => context.stop());

async function person(role: Role, scope = EVERYWHERE): Promise<PersonActor> {
  const { id, name, email } = await givenPerson(context.db);
  await givenGrant(context.db, id, role, scope);
  return { kind: "person", personId: id, name, email, grants: [{ role, scope }] };
}
const stepsOf = (actor: Actor) => getFirstSteps({ ...context, actor });

test("an empty installation has nothing, and its administrator everything to do but open the pull request", async () => {
  expect(await stepsOf(await person("platform_admin"))).toEqual({
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
    people: { hasSecondAdministrator: false, hasOthers: false },
    you: { canAddProducts: true, canEditEnvironments: true, canOpenPullRequests: false, canVote: false },
  });
});

test("each thing that is there is known, and what is not yet of use is told apart", async () => {
  const { db } = context;
  const admin = await person("platform_admin");
  const product = await givenProduct(db);
  await givenRepository(db, product.id, { state: "importing" });
  await givenEnvironment(db);
  await givenBranchPolicy(db, "sprint");
  expect(await stepsOf(admin)).toMatchObject({
    hasProduct: true,
    productToAddTo: product.key,
    hasRepository: false,
    hasUnreadyRepository: true,
    hasEnvironment: true,
    hasOpenEnvironment: false,
    hasBranchPolicies: false,
  });
  await givenRepository(db, product.id);
  const policy = await givenPolicy(db);
  await givenEnvironment(db, { policyId: policy.id });
  expect(await stepsOf(admin)).toMatchObject({ hasOpenEnvironment: true, hasEnvironmentWithHost: false });
  await givenEnvironment(db, { policyId: policy.id, slotHostUrl: "https://slots.example.com" });
  await givenBranchPolicy(db, "master");
  expect(await stepsOf(admin)).toMatchObject({
    hasRepository: true,
    hasEnvironmentWithHost: true,
    hasBranchPolicies: true,
    // It is the administrator's to add, not to clone.
    repositoryToClone: null,
  });
});

test("another administrator, and anybody else by a group or a role, count as people", async () => {
  const { db } = context;
  const admin = await person("platform_admin");
  await audited(db, (tx) =>
    tx
      .insert(groupRoles)
      .values({ groupName: "developers", role: "developer" as const, scopeKind: "organisation" as const }),
  );
  expect((await stepsOf(admin)).people).toEqual({ hasSecondAdministrator: false, hasOthers: true });
  await person("platform_admin");
  expect((await stepsOf(admin)).people).toEqual({ hasSecondAdministrator: true, hasOthers: true });
});

test("whoever holds a role in one product is told nothing of another, and nobody else of who administers", async () => {
  const { db } = context;
  const [ours, theirs] = [await givenProduct(db), await givenProduct(db)];
  await givenRepository(db, theirs.id);
  const developer = await person("developer", { kind: "product", id: ours.id });
  expect(await stepsOf(developer)).toMatchObject({
    hasProduct: true,
    hasRepository: false,
    productToAddTo: null,
    repositoryToClone: null,
    people: null,
    you: { canAddProducts: false, canEditEnvironments: false, canOpenPullRequests: true },
  });
  const own = await givenRepository(db, ours.id);
  expect(await stepsOf(developer)).toMatchObject({ hasRepository: true, repositoryToClone: own.key });
});
