import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { branchPolicies, environments, policies, promotions } from "@/db/schema";
import { BRANCH_KIND_NAMES } from "@/domain/branches/in-words";
import { classifyBranch } from "@/domain/branches/naming";
import { conflict, DomainError, notFound } from "@/domain/errors";
import { policyDifference } from "@/domain/policies/difference";
import type { BindPolicy, CopyPolicy, PublishPolicy } from "@/domain/policies/input";
import { WAITING_STATES } from "@/domain/promotions/status";
import { type Change, change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { readTargets, type Target } from "./eligible";
import { demandNoObstacle } from "./obstacles";
import { newestPolicy, type PolicyRow } from "./queries";

/** "CWPO": policies look at each other (who waits for whom), so they change one after the other. */
const POLICY_LOCK = 0x43_57_50_4f;

export async function lockPolicies(c: Change): Promise<void> {
  await c.db.execute(sql`select pg_advisory_xact_lock(${POLICY_LOCK})`);
}

/** Policies are the organisation's: whoever changes one does so for all of it. */
export function demandPolicyEditor(ctx: Context): void {
  demand(ctx.actor, "policies.edit", { productId: null }, { noun: "policy", read: "policies.read" });
}

/**
 * A new version, in force at once for everything the policy decides. Refused with what was published meanwhile, and
 * with the reason where nobody could fulfil it. What waits there is looked at again, and voted on again where it is stricter.
 */
export async function publishPolicy(ctx: Context, input: PublishPolicy) {
  demandPolicyEditor(ctx);
  return change(ctx, async (c) => {
    await lockPolicies(c);
    const before = await newestPolicy(c.db, input.key);
    if (!before) throw notFound("policy");
    if (before.version !== input.expectedVersion) {
      throw new DomainError(
        "STALE_WRITE",
        `Version ${before.version} was published while you edited version ${input.expectedVersion}. Look at what is different, then publish yours on top of it.`,
        { version: before.version },
      );
    }
    const differences = policyDifference(before.rules, input.rules);
    if (differences.length === 0 && before.name === input.name)
      throw conflict("Nothing is different from the present version.");
    const targets = await readTargets(c.db, input.key);
    await demandNoObstacle(c.db, input.rules, targets, before.rules);
    const policy = await insertVersion(c, {
      key: before.key,
      name: input.name,
      version: before.version + 1,
      subject: before.subject,
      rules: input.rules,
      note: input.note,
    });
    for (const target of targets) await point(c, target, policy);
    tell(c, "policy.published", policy, {
      before: { version: before.version },
      after: { version: policy.version, name: policy.name, differences: differences.map(({ text }) => text) },
      reason: input.note,
    });
    const waiting = await lookAgain(c, targets);
    return { key: policy.key, version: policy.version, waiting };
  });
}

/** Which policy decides in one place, or that the place is closed. What waits there is looked at again. */
export async function bindPolicy(ctx: Context, input: BindPolicy) {
  demandPolicyEditor(ctx);
  return change(ctx, async (c) => {
    await lockPolicies(c);
    const { target } = input;
    const { name, before } = await readBound(c, target);
    if ((before?.key ?? null) !== input.expectedPolicyKey) {
      throw new DomainError(
        "STALE_WRITE",
        before
          ? `${before.name} decides over ${name} since somebody changed it meanwhile. Look again.`
          : `${name} was closed meanwhile. Look again.`,
      );
    }
    if (input.policyKey === (before?.key ?? null)) throw conflict("That is how it is already.");
    const policy = input.policyKey ? await newestPolicy(c.db, input.policyKey) : null;
    if (input.policyKey && !policy) throw notFound("policy");
    if (policy)
      await demandNoObstacle(c.db, policy.rules, [...(await readTargets(c.db, policy.key)), target]);
    await point(c, target, policy);
    const named = (row: PolicyRow | null) => (row ? `${row.key} v${row.version}` : null);
    c.audit({
      action: policy ? "policy.bound" : "policy.unbound",
      subject:
        target.kind === "branch"
          ? { type: "branch_kind", id: target.branchKind, label: name }
          : { type: "environment", id: target.environmentId, label: name },
      before: { policy: named(before) },
      after: { policy: named(policy) },
      reason: input.note,
    });
    for (const one of [before, policy]) if (one) announce(c, one);
    if (target.kind === "environment")
      c.announce({ topic: "environments", id: target.environmentId, productId: null });
    return { waiting: await lookAgain(c, [target]) };
  });
}

/** A policy of its own with the same rules, which decides over nothing until it is bound. */
export async function createCopy(ctx: Context, input: CopyPolicy) {
  demandPolicyEditor(ctx);
  return change(ctx, async (c) => {
    const from = await newestPolicy(c.db, input.fromKey);
    if (!from) throw notFound("policy");
    const copy = await copyPolicy(c, from, input);
    return { key: copy.key };
  });
}

/** As part of another change: the copy's own key, name and version 1. Whoever may make that change is its to ask. */
export async function copyPolicy(
  c: Change,
  from: PolicyRow,
  to: { key: string; name: string },
): Promise<PolicyRow> {
  if (await newestPolicy(c.db, to.key)) throw conflict(`There is a policy with the key ${to.key} already.`);
  const copy = await insertVersion(c, {
    key: to.key,
    name: to.name,
    version: 1,
    subject: from.subject,
    rules: from.rules,
    note: `A copy of ${from.name}, version ${from.version}.`,
  });
  tell(c, "policy.copied", copy, { after: { from: `${from.key} v${from.version}` } });
  return copy;
}

type Version = Pick<PolicyRow, "key" | "name" | "version" | "subject" | "rules" | "note">;

async function insertVersion(c: Change, version: Version): Promise<PolicyRow> {
  const [row] = await c.db
    .insert(policies)
    .values({
      ...version,
      createdById: c.actor.kind === "person" ? c.actor.personId : null,
      createdAt: c.now,
    })
    .returning();
  if (!row) throw new Error("insert returned no row");
  return row;
}

/** Lets the policy decide over the target from now on; null closes it. */
async function point(c: Change, target: Target, policy: PolicyRow | null): Promise<void> {
  if (target.kind === "environment") {
    await c.db
      .update(environments)
      .set({ policyId: policy?.id ?? null })
      .where(eq(environments.id, target.environmentId));
    return;
  }
  const { branchKind } = target;
  if (!policy) {
    await c.db.delete(branchPolicies).where(eq(branchPolicies.branchKind, branchKind));
    return;
  }
  await c.db
    .insert(branchPolicies)
    .values({ branchKind, policyId: policy.id, createdAt: c.now })
    .onConflictDoUpdate({ target: branchPolicies.branchKind, set: { policyId: policy.id } });
}

async function readBound(c: Change, target: Target): Promise<{ name: string; before: PolicyRow | null }> {
  if (target.kind === "branch") {
    const [row] = await c.db
      .select({ policy: policies })
      .from(branchPolicies)
      .innerJoin(policies, eq(policies.id, branchPolicies.policyId))
      .where(eq(branchPolicies.branchKind, target.branchKind));
    return { name: `${BRANCH_KIND_NAMES[target.branchKind]} branches`, before: row?.policy ?? null };
  }
  const [row] = await c.db
    .select({ name: environments.name, policy: policies })
    .from(environments)
    .leftJoin(policies, eq(policies.id, environments.policyId))
    .where(and(eq(environments.id, target.environmentId), isNull(environments.retiredAt)));
  if (!row) throw notFound("environment");
  return { name: row.name, before: row.policy };
}

/** Whatever waits there stands elsewhere now, or is voted on again. How many that are. */
async function lookAgain(c: Change, targets: readonly Target[]): Promise<number> {
  const places = targets.flatMap((target) => (target.kind === "environment" ? [target.environmentId] : []));
  const kinds = targets.flatMap((target) => (target.kind === "branch" ? [target.branchKind] : []));
  const waiting = await c.db
    .select({
      id: promotions.id,
      environmentId: promotions.environmentId,
      targetBranch: promotions.targetBranch,
    })
    .from(promotions)
    .where(inArray(promotions.state, [...WAITING_STATES]))
    .orderBy(promotions.number);
  const concerned = waiting.filter(({ environmentId, targetBranch }) =>
    targetBranch ? kinds.includes(classifyBranch(targetBranch).kind) : places.includes(environmentId ?? ""),
  );
  for (const { id } of concerned)
    await c.enqueue("promotions.evaluate", { promotionId: id }, { priority: -10 });
  return concerned.length;
}

function tell(
  c: Change,
  action: string,
  policy: PolicyRow,
  told: { before?: Record<string, unknown>; after: Record<string, unknown>; reason?: string },
): void {
  c.audit({
    action,
    subject: { type: "policy", id: policy.key, label: `${policy.name}, version ${policy.version}` },
    ...told,
  });
  announce(c, policy);
}

function announce(c: Change, { key }: PolicyRow): void {
  c.announce({ topic: "policies", id: key, productId: null });
}
