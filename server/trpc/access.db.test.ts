import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { TRPCError } from "@trpc/server";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { branches, pipelineJobs, pipelineRuns, promotionRevisions, pullRequests } from "@/db/schema";
import { givenProduct } from "@/db/testing/given";
import { type Actor, ANONYMOUS, type GrantScope } from "@/domain/people/actor";
import { ROLES, type Role } from "@/domain/people/roles";
import { PERMISSIONS } from "@/domain/permissions";
import { createWorld, type World } from "../promotions/testing/engine-world";
import { PAGE_ACCESS, PROCEDURE_ACCESS, ROUTE_ACCESS } from "./access-table";
import { appRouter, createCaller } from "./root";

type Procedure = { _def: { type: "query" | "mutation" | "subscription"; meta?: { permission: string } } };
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>);

let world: World;
let inputs: Record<string, unknown>;
let foreignProductId: string;

/** Names that belong to the world's own product: whoever is of another product must see none of them. */
const CANARIES = ["payments", "PAY-1", "feature/2026.21", "2026.21.1"];

beforeAll(async () => {
  world = await createWorld();
  await world.begin();
  await world.mergeFeature("seen", { seen: "1" });
  const branch = "feature/2026.21/PAY-1-open";
  await world.commit(branch, { open: "1" }, world.staff.author, "sprint/2026.21");
  const opened = await world.open(world.staff.author, branch, "sprint/2026.21");
  await world.settle();
  const promotion = await world.find(opened.promotion.number);
  const [revision] = await world.db
    .select()
    .from(promotionRevisions)
    .where(eq(promotionRevisions.promotionId, promotion.id));
  const [run] = await world.db.select().from(pipelineRuns);
  const [job] = await world.db.select().from(pipelineJobs);
  const [pullRequest] = await world.db
    .select()
    .from(pullRequests)
    .where(eq(pullRequests.number, opened.number));
  const [branchRow] = await world.db.select().from(branches).where(eq(branches.name, branch));
  const release = await world.liveRelease();
  foreignProductId = (await givenProduct(world.db, { key: "elsewhere", name: "Elsewhere" })).id;
  const byPromotion = { promotionId: promotion.id };
  inputs = {
    "accessTokens.create": { name: "laptop", days: 7 },
    "accessTokens.list": undefined,
    "accessTokens.revoke": { accessTokenId: randomUUID() },
    "audit.list": {},
    "branches.count": {},
    "branches.delete": { branchId: branchRow?.id, headSha: branchRow?.headSha },
    "branches.list": { repositoryKey: "payments" },
    "branches.restore": { branchId: branchRow?.id },
    "clients.add": { key: "delta", name: "Delta", componentIds: [] },
    "clients.endSubscription": { clientId: world.acme.id, componentId: world.vm.id },
    "clients.get": { key: "acme" },
    "clients.list": {},
    "clients.rename": { clientId: world.acme.id, name: "Renamed" },
    "clients.retire": { clientId: world.acme.id },
    "clients.subscribe": { clientId: world.acme.id, componentId: world.vm.id },
    "components.add": {
      repositoryId: world.repository.id,
      key: "more",
      name: "More",
      scope: "common",
    },
    "components.rename": { componentId: world.api.id, name: "Renamed" },
    "components.retire": { componentId: world.api.id },
    "environments.add": {
      key: "staging",
      name: "Staging",
      afterId: null,
      isProduction: false,
      isPerClient: false,
      slotHostUrl: null,
      copyPolicyOfId: null,
    },
    "environments.edit": { environmentId: randomUUID(), name: "Renamed", slotHostUrl: null },
    "environments.hold": { slotIds: [world.slots.acmeVm.id], reason: "try" },
    "environments.list": undefined,
    "environments.move": { environmentId: randomUUID(), direction: "up" },
    "environments.release": { slotIds: [world.slots.acmeVm.id], reason: "try" },
    "environments.retire": { environmentId: randomUUID(), reason: "try" },
    "environments.compare": { left: world.slots.acmeVm.id, right: world.slots.devApi.id },
    "environments.matrix": {},
    "environments.slot": { slotId: world.slots.acmeVm.id },
    "people.addGroupRole": {
      groupName: "everybody",
      role: "viewer",
      scope: { kind: "organisation", id: null },
      reason: "try",
    },
    "people.decide": { requestId: randomUUID(), decision: "agreed" },
    "people.endSessions": { personId: world.staff.author.personId },
    "people.get": { personId: world.staff.author.personId },
    "people.grant": {
      personId: world.staff.author.personId,
      role: "viewer",
      scope: { kind: "organisation", id: null },
      reason: "try",
    },
    "people.edit": {
      personId: world.staff.author.personId,
      name: "Another",
      email: "another@example.com",
    },
    "people.groups": undefined,
    "people.invite": { name: "Somebody", email: "somebody@example.com" },
    "people.link": {
      personId: world.staff.author.personId,
      otherId: world.staff.admin.personId,
      name: "nobody",
      reason: "try",
    },
    "people.list": {},
    "people.me": undefined,
    "people.previewGroupRole": {
      groupName: "everybody",
      role: "viewer",
      scope: { kind: "organisation", id: null },
    },
    "people.others": { personId: world.staff.author.personId, q: "a" },
    "people.previewLink": { personId: world.staff.author.personId, otherId: world.staff.admin.personId },
    "people.requests": undefined,
    "people.revoke": { grantId: randomUUID(), reason: "try" },
    "people.revokeGroupRole": { groupRoleId: randomUUID(), reason: "try" },
    "people.revokeToken": { accessTokenId: randomUUID() },
    "people.scopes": undefined,
    "people.setActive": { personId: world.staff.author.personId, isActive: false, reason: "try" },
    "people.waiting": undefined,
    "pipelines.cancel": { runId: run?.id },
    "pipelines.get": { number: run?.number },
    "pipelines.list": {},
    "pipelines.log": { jobId: job?.id },
    "pipelines.rerun": { runId: run?.id },
    "pipelines.rerunJob": { jobId: job?.id },
    "pipelines.searchLog": { jobId: job?.id, words: "a" },
    "pipelines.test": { jobId: job?.id, position: 0 },
    "pipelines.tests": { number: run?.number },
    "pipelines.trend": {},
    "pipelines.start": { repositoryId: world.repository.id, branch: "sprint/2026.21" },
    "policies.bind": {
      target: { kind: "branch", branchKind: "hotfix" },
      policyKey: world.policies.peer.key,
      expectedPolicyKey: null,
      note: "try",
    },
    "policies.checks": undefined,
    "policies.copy": { fromKey: world.policies.peer.key, key: "copy", name: "Copy", note: "try" },
    "policies.get": { key: world.policies.peer.key },
    "policies.list": undefined,
    "policies.preview": { key: world.policies.peer.key, rules: world.policies.peer.rules },
    "policies.publish": {
      key: world.policies.peer.key,
      expectedVersion: 1,
      name: "Peer",
      rules: world.policies.peer.rules,
      note: "try",
    },
    "products.add": { key: "third", name: "Third" },
    "products.catalog": {},
    "products.get": { key: "payments" },
    "products.list": undefined,
    "products.rename": { productId: world.product.id, name: "Renamed" },
    "promotions.cancel": byPromotion,
    "promotions.changes": { number: promotion.number, revision: promotion.revision },
    "promotions.diff": { number: promotion.number, revision: promotion.revision },
    "promotions.get": { number: promotion.number },
    "promotions.list": {},
    "promotions.requestDeployment": { releaseId: release.id, slotIds: [world.slots.acmeVm.id] },
    "promotions.requestRollback": { slotId: world.slots.devApi.id, releaseId: release.id, reason: "try" },
    "promotions.resolve": { ...byPromotion, outcome: "failed", reason: "try" },
    "promotions.retry": byPromotion,
    "promotions.vote": {
      ...byPromotion,
      revision: promotion.revision,
      subjectDigest: revision?.subjectDigest,
      decision: "approve",
    },
    "promotions.waiting": undefined,
    "promotions.withdrawVote": byPromotion,
    "pullRequests.close": { number: opened.number },
    "pullRequests.diff": { number: opened.number },
    "pullRequests.get": { number: opened.number },
    "pullRequests.list": {},
    "pullRequests.markSeen": { pullRequestId: pullRequest?.id, headSha: pullRequest?.headSha },
    "pullRequests.open": {
      repositoryKey: "payments",
      sourceBranch: branch,
      targetBranch: "sprint/2026.21",
      title: "Again",
      description: "",
    },
    "pullRequests.requestAgain": { number: opened.number },
    "releases.get": { repositoryKey: "payments", version: release.version },
    "releases.list": {},
    "releases.withdraw": { releaseId: release.id, version: release.version, reason: "try" },
    "repositories.add": {
      productId: world.product.id,
      key: "fourth",
      name: "Fourth",
      hasStarter: false,
    },
    "repositories.get": { key: "payments" },
    "repositories.import": {
      productId: world.product.id,
      key: "fifth",
      name: "Fifth",
      sourceKind: "directory",
      source: "nothing.git",
    },
    "repositories.importChoices": undefined,
    "repositories.remove": { repositoryId: world.repository.id },
    "repositories.rename": { repositoryId: world.repository.id, name: "Renamed" },
    "repositories.retryImport": { repositoryId: world.repository.id },
    "repositories.list": {},
    "search.find": { query: "PAY-1" },
    "settings.firstSteps": undefined,
    "settings.get": undefined,
    "settings.setRunner": { isEnabled: true },
    "settings.setUp": {
      organisationName: "Again",
      groups: [],
      isRunnerEnabled: false,
      hasUsualPath: false,
      slotHostUrl: null,
    },
    "settings.shell": undefined,
    "workItems.get": { key: "PAY-1" },
    "workItems.list": {},
  };
});
afterAll(() => world.stop());

/** Calls a procedure as the router would; what came of it as a word, or the result. */
async function call(path: string, actor: Actor): Promise<{ code: string; result: unknown }> {
  const caller = createCaller({ ...world.ctx, actor, requestId: randomUUID() });
  const [noun = "", verb = ""] = path.split(".");
  const procedure = (
    caller as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>
  )[noun]?.[verb];
  try {
    return { code: "OK", result: await procedure?.(inputs[path]) };
  } catch (error) {
    return { code: error instanceof TRPCError ? error.code : String(error), result: null };
  }
}

function actorWith(role: Role, scope: GrantScope): Actor {
  const { personId, name, email } = world.staff.admin;
  return { kind: "person", personId, name, email, grants: [{ role, scope }] };
}

describe("the reviewed tables are the code", () => {
  test("every procedure names the permission that the table gives it", () => {
    const actual = Object.fromEntries(
      procedures.map(([path, procedure]) => [path, procedure._def.meta?.permission]),
    );
    expect(actual).toEqual(PROCEDURE_ACCESS);
  });

  test("every procedure is tried below", () => {
    const callable = procedures
      .filter(([, procedure]) => procedure._def.type !== "subscription")
      .map(([path]) => path);
    expect(Object.keys(inputs).sort()).toEqual(callable.sort());
  });

  test("no mutation does without input: an empty cross-site post could fire it", () => {
    const without = procedures.filter(
      ([path, procedure]) => procedure._def.type === "mutation" && inputs[path] === undefined,
    );
    expect(without).toEqual([]);
  });

  const filesNamed = (name: string) =>
    execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "app"], {
      encoding: "utf8",
    })
      .split("\n")
      .filter((file) => file.endsWith(`/${name}`));

  test("every route handler is in the table", () => {
    expect(filesNamed("route.ts").sort()).toEqual(Object.keys(ROUTE_ACCESS).sort());
  });

  test("every page asks for the permission that the table gives it", () => {
    const actual = Object.fromEntries(
      filesNamed("page.tsx").map((file) => {
        const source = readFileSync(file, "utf8");
        return [
          file,
          /requirePage\("([^"]+)"\)/.exec(source)?.[1] ??
            (source.includes("requireActor(") ? "signedIn" : "anyone"),
        ];
      }),
    );
    expect(actual).toEqual(PAGE_ACCESS);
  });
});

describe("every procedure as every role", () => {
  const paths = Object.keys(PROCEDURE_ACCESS).filter((path) => path !== "live.events");

  test.each(paths)("%s as nobody", async (path) => {
    expect((await call(path, ANONYMOUS)).code).toBe("UNAUTHORIZED");
  });

  const cells = paths.flatMap((path) => ROLES.map((role) => [path, role] as const));

  test.each(cells)("%s as %s without the permission is forbidden", async (path, role) => {
    const permission = PROCEDURE_ACCESS[path] ?? "signedIn";
    const isAllowed =
      permission === "signedIn" || (PERMISSIONS[permission] as readonly string[]).includes(role);
    const { code } = await call(path, actorWith(role, { kind: "product", id: foreignProductId }));
    if (isAllowed) expect(code).not.toBe("UNAUTHORIZED");
    else expect(code).toBe("FORBIDDEN");
  });

  /** What concerns only oneself, or nothing that belongs to a product. */
  const OWN = ["accessTokens.create", "accessTokens.list", "people.me", "settings.shell"];

  test.each(cells)("%s as %s of another product gives nothing away and does nothing", async (path, role) => {
    const { code, result } = await call(path, actorWith(role, { kind: "product", id: foreignProductId }));
    if (code === "OK" && !OWN.includes(path)) {
      const text = JSON.stringify(result);
      expect(CANARIES.filter((canary) => text.includes(canary))).toEqual([]);
      const procedure = procedures.find(([name]) => name === path)?.[1];
      expect(procedure?._def.type).toBe("query");
    } else if (code !== "OK") {
      expect(["NOT_FOUND", "FORBIDDEN"]).toContain(code);
    }
  });

  const readable = cells.filter(([path]) => path.endsWith(".get") || path.endsWith(".slot"));

  test.each(readable)(
    "%s as %s of the whole organisation is answered where the permission is held",
    async (path, role) => {
      const permission = PROCEDURE_ACCESS[path] ?? "signedIn";
      const isAllowed =
        permission === "signedIn" || (PERMISSIONS[permission] as readonly string[]).includes(role);
      const { code } = await call(path, actorWith(role, { kind: "organisation", id: null }));
      expect(code).toBe(isAllowed ? "OK" : "FORBIDDEN");
    },
  );
});

test("what cannot be seen and what does not exist are answered alike", async () => {
  const stranger = actorWith("tech_lead", { kind: "product", id: foreignProductId });
  const caller = createCaller({ ...world.ctx, actor: stranger, requestId: randomUUID() });
  const foreign = await caller.environments
    .slot({ slotId: world.slots.acmeVm.id })
    .catch((error: TRPCError) => error.message);
  const absent = await caller.environments
    .slot({ slotId: randomUUID() })
    .catch((error: TRPCError) => error.message);
  expect(foreign).toBe(absent);
  expect(await world.db.select().from(branches)).not.toHaveLength(0);
});
