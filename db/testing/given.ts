import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import {
  branchPolicies,
  clients,
  components,
  environments,
  grants,
  installations,
  people,
  policies,
  products,
  repositories,
  slots,
  subscriptions,
  workItems,
} from "@/db/schema";
import type { BranchKind } from "@/domain/branches/naming";
import type { GrantScope, PersonActor } from "@/domain/people/actor";
import type { Role } from "@/domain/people/roles";
import type { PolicyRules } from "@/domain/policies/policy";

/** Anything that can open a transaction: given rows are committed, each with an audit row of its own transaction. */
export type GivenDb = { transaction<T>(run: (tx: Transaction) => Promise<T>): Promise<T> };

let counter = 0;
const next = () => ++counter;

/** Runs governed inserts the way the database demands: with an audit row in the same transaction. */
export async function audited<T>(db: GivenDb, run: (tx: Transaction) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    const result = await run(tx);
    const payload = JSON.stringify({
      action: "test.given",
      actor: { id: null, kind: "system", name: "Clearway (test)" },
      at: new Date().toISOString(),
      subject: { id: randomUUID(), label: "given", productId: null, type: "test" },
    });
    await tx.execute(sql`insert into audit_events (payload) values (${payload})`);
    return result;
  });
}

async function only<T>(rows: Promise<T[]>): Promise<T> {
  const [row] = await rows;
  if (!row) throw new Error("nothing was inserted");
  return row;
}

export const OPEN_RULES: PolicyRules = {
  approvals: [],
  requiresChecks: false,
  requiredChecks: [],
  requiresWorkItem: false,
  requiresUpToDate: false,
  verifiedIn: [],
  requiresMaster: false,
  onTargetMoved: "recheck",
  deploysAutomatically: false,
  rollsBackAutomatically: false,
  rollbackApprovals: [],
  requiresStepUp: false,
  expiresAfterHours: 72,
};

export function givenInstallation(db: GivenDb, over: Partial<typeof installations.$inferInsert> = {}) {
  const values = { organisationName: "Test organisation", isRunnerEnabled: true, ...over };
  return audited(db, (tx) => only(tx.insert(installations).values(values).returning()));
}

export function givenPerson(db: GivenDb, over: Partial<typeof people.$inferInsert> = {}) {
  const n = next();
  const values = { name: `Person ${n}`, email: `person${n}@example.com`, ...over };
  return audited(db, (tx) => only(tx.insert(people).values(values).returning()));
}

export function givenGrant(
  db: GivenDb,
  personId: string,
  role: Role,
  scope: GrantScope = { kind: "organisation", id: null },
) {
  const values = { personId, role, scopeKind: scope.kind, scopeId: scope.id };
  return audited(db, (tx) => only(tx.insert(grants).values(values).returning()));
}

/** Somebody with one role everywhere, as whoever acts. */
export async function givenStaff(db: GivenDb, name: string, role: Role): Promise<PersonActor> {
  const { id: personId, email } = await givenPerson(db, {
    name,
    email: `${name.toLowerCase()}@example.com`,
  });
  await givenGrant(db, personId, role);
  const scope = { kind: "organisation" as const, id: null };
  return { kind: "person", personId, name, email, grants: [{ role, scope }] };
}

export function givenProduct(db: GivenDb, over: Partial<typeof products.$inferInsert> = {}) {
  const n = next();
  const values = { key: `product-${n}`, name: `Product ${n}`, ...over };
  return audited(db, (tx) => only(tx.insert(products).values(values).returning()));
}

/** The row only; the bare repository is made by whoever needs one, at `directory` below repositories/. */
export function givenRepository(
  db: GivenDb,
  productId: string,
  over: Partial<typeof repositories.$inferInsert> = {},
) {
  const key = `repository-${next()}`;
  const values = { productId, key, name: key, directory: `${key}.git`, ...over };
  return audited(db, (tx) => only(tx.insert(repositories).values(values).returning()));
}

export function givenClient(db: GivenDb, over: Partial<typeof clients.$inferInsert> = {}) {
  const n = next();
  return audited(db, (tx) =>
    only(
      tx
        .insert(clients)
        .values({ key: `client-${n}`, name: `Client ${n}`, ...over })
        .returning(),
    ),
  );
}

export function givenComponent(
  db: GivenDb,
  repository: { id: string; productId: string },
  over: Partial<typeof components.$inferInsert> = {},
) {
  const key = `component-${next()}`;
  const values = {
    productId: repository.productId,
    repositoryId: repository.id,
    key,
    name: key,
    scope: "common" as const,
    ...over,
  };
  return audited(db, (tx) => only(tx.insert(components).values(values).returning()));
}

export function givenSubscription(db: GivenDb, clientId: string, componentId: string) {
  return audited(db, (tx) => only(tx.insert(subscriptions).values({ clientId, componentId }).returning()));
}

export function givenPolicy(
  db: GivenDb,
  rules: Partial<PolicyRules> = {},
  over: Partial<typeof policies.$inferInsert> = {},
) {
  const n = next();
  const values = {
    key: `policy-${n}`,
    name: `Policy ${n}`,
    version: 1,
    subject: "environment" as const,
    rules: { ...OPEN_RULES, ...rules },
    ...over,
  };
  return audited(db, (tx) => only(tx.insert(policies).values(values).returning()));
}

export async function givenBranchPolicy(
  db: GivenDb,
  branchKind: BranchKind,
  rules: Partial<PolicyRules> = {},
) {
  const policy = await givenPolicy(db, rules, { subject: "branch" });
  await audited(db, (tx) =>
    only(tx.insert(branchPolicies).values({ branchKind, policyId: policy.id }).returning()),
  );
  return policy;
}

export function givenEnvironment(db: GivenDb, over: Partial<typeof environments.$inferInsert> = {}) {
  const n = next();
  const values = { key: `environment-${n}`, name: `Environment ${n}`, position: n, ...over };
  return audited(db, (tx) => only(tx.insert(environments).values(values).returning()));
}

export function givenSlot(
  db: GivenDb,
  component: { id: string; scope: "common" | "client" },
  environment: { id: string; isPerClient: boolean },
  clientId: string | null = null,
) {
  const values = {
    componentId: component.id,
    componentScope: component.scope,
    environmentId: environment.id,
    isPerClient: environment.isPerClient,
    clientId,
  };
  return audited(db, (tx) => only(tx.insert(slots).values(values).returning()));
}

export function givenWorkItem(
  db: GivenDb,
  productId: string,
  over: Partial<typeof workItems.$inferInsert> = {},
) {
  const n = next();
  const values = {
    productId,
    key: `TST-${n}`,
    type: "story" as const,
    title: `Item ${n}`,
    state: "in_progress" as const,
    ...over,
  };
  return audited(db, (tx) => only(tx.insert(workItems).values(values).returning()));
}
