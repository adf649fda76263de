import { and, eq, inArray, sql } from "drizzle-orm";
import { environments, installations, promotions } from "@/db/schema";
import type {
  AddEnvironment,
  EditEnvironment,
  MoveEnvironment,
  RetireEnvironment,
} from "@/domain/environments/input";
import { slotHostObstacle } from "@/domain/environments/slot-host-url";
import { conflict, DomainError, invalid, notFound } from "@/domain/errors";
import { RUNNING_STATES, WAITING_STATES } from "@/domain/promotions/status";
import { type Change, change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { copyPolicy, lockPolicies } from "../policies/commands";
import { demandNoObstacle } from "../policies/obstacles";
import { policyForEnvironment } from "../policies/queries";
import { cancelWaiting } from "../promotions/commands";
import { ensureSlots } from "./ensure-slots";
import { policiesAskingFor } from "./queries";

type EnvironmentRow = typeof environments.$inferSelect;

/** "CWEO": whoever changes the order waits for whoever changes it now. */
const ORDER_LOCK = 0x43_57_45_4f;

function demandEditor(ctx: Context): void {
  demand(
    ctx.actor,
    "environments.edit",
    { productId: null },
    { noun: "environment", read: "environments.read" },
  );
}

/** A new environment anywhere in the order, with its slots: closed, or with a copy of another's policy. */
export async function addEnvironment(ctx: Context, input: AddEnvironment) {
  demandEditor(ctx);
  return change(ctx, async (c) => {
    await demandSlotHost(c, input.slotHostUrl);
    await c.db.execute(sql`select pg_advisory_xact_lock(${ORDER_LOCK})`);
    if (input.copyPolicyOfId) await lockPolicies(c);
    await demandNewName(c, input);
    const before = input.afterId ? await lockEnvironment(c, input.afterId) : null;
    const position = (before?.position ?? 0) + 1;
    await c.db
      .update(environments)
      .set({ position: sql`${environments.position} + 1` })
      .where(sql`${environments.position} >= ${position}`);
    const { key, name, isProduction, isPerClient, slotHostUrl } = input;
    const policy = await copiedPolicy(c, input);
    const [added] = await c.db
      .insert(environments)
      .values({
        key,
        name,
        position,
        isProduction,
        isPerClient,
        slotHostUrl,
        policyId: policy?.id ?? null,
        createdAt: c.now,
      })
      .returning();
    if (!added) throw new Error("insert returned no row");
    const slots = await ensureSlots(c);
    if (policy) {
      await demandNoObstacle(c.db, policy.rules, [{ kind: "environment", environmentId: added.id }]);
    }
    tell(c, "environment.added", added, {
      after: {
        key,
        after: before?.name ?? null,
        isProduction,
        isPerClient,
        slotHostUrl,
        policy: policy ? `${policy.key} v${policy.version}` : null,
        slots,
      },
    });
    return { environmentId: added.id, key, slots };
  });
}

/** Its name and where artifacts are installed. The key stays: policies name it. */
export async function editEnvironment(ctx: Context, input: EditEnvironment) {
  demandEditor(ctx);
  return change(ctx, async (c) => {
    const { name, slotHostUrl, environmentId } = input;
    await demandSlotHost(c, slotHostUrl);
    const before = await lockEnvironment(c, environmentId);
    if (before.name === name && before.slotHostUrl === slotHostUrl) return { environmentId };
    if (before.name !== name) await demandNewName(c, { name });
    if (before.slotHostUrl !== slotHostUrl) await demandNothingRuns(c, before);
    await c.db.update(environments).set({ name, slotHostUrl }).where(eq(environments.id, environmentId));
    tell(c, "environment.edited", before, {
      before: { name: before.name, slotHostUrl: before.slotHostUrl },
      after: { name, slotHostUrl },
    });
    await lookAgain(c, environmentId);
    return { environmentId };
  });
}

/** One place earlier or later. What is on its way keeps the path it began with. */
export async function moveEnvironment(ctx: Context, { environmentId, direction }: MoveEnvironment) {
  demandEditor(ctx);
  return change(ctx, async (c) => {
    await c.db.execute(sql`select pg_advisory_xact_lock(${ORDER_LOCK})`);
    const inUse = await c.db
      .select()
      .from(environments)
      .where(sql`${environments.retiredAt} is null`)
      .orderBy(environments.position);
    const at = inUse.findIndex(({ id }) => id === environmentId);
    const moved = inUse[at];
    if (!moved) throw notFound("environment");
    const other = inUse[direction === "up" ? at - 1 : at + 1];
    if (!other) throw conflict(`${moved.name} is the ${direction === "up" ? "first" : "last"} already.`);
    await c.db
      .update(environments)
      .set({ position: sql`${moved.position + other.position}::int - ${environments.position}` })
      .where(inArray(environments.id, [moved.id, other.id]));
    tell(c, "environment.moved", moved, {
      after: { direction, [direction === "up" ? "before" : "after"]: other.name },
    });
    return { environmentId, name: moved.name, other: other.name };
  });
}

/** For good. Refused while something runs there or a policy still asks for it; what waits for it is cancelled. */
export async function retireEnvironment(ctx: Context, { environmentId, reason }: RetireEnvironment) {
  demandEditor(ctx);
  return change(ctx, async (c) => {
    // A policy that is published or bound at once waits, and then no longer finds it; or this finds that policy.
    await lockPolicies(c);
    const asking = await policiesAskingFor(c.db, environmentId);
    if (asking.length > 0) {
      throw conflict(
        `${asking.map(({ name }) => name).join(", ")} still ${asking.length === 1 ? "asks" : "ask"} for what is verified there. Change that first, or nothing gets past it.`,
      );
    }
    // Promotions before their environment, as everybody who moves one locks them.
    await waitingIn(c, environmentId);
    const environment = await lockEnvironment(c, environmentId);
    const waiting = await waitingIn(c, environmentId);
    await cancelWaiting(c, waiting, `${environment.name} was retired: ${reason}`);
    await c.db
      .update(environments)
      .set({ retiredAt: c.now, retiredReason: reason })
      .where(eq(environments.id, environmentId));
    tell(c, "environment.retired", environment, {
      after: { cancelled: waiting.map(({ number }) => number) },
      reason,
    });
    return { environmentId, cancelled: waiting.length };
  });
}

/** Reading back at another host would find nothing and install twice. A start locks the environment, so none comes between. */
async function demandNothingRuns(c: Change, { id, name }: EnvironmentRow): Promise<void> {
  const [running] = await c.db
    .select({ number: promotions.number })
    .from(promotions)
    .where(and(eq(promotions.environmentId, id), inArray(promotions.state, [...RUNNING_STATES])))
    .orderBy(promotions.number)
    .limit(1);
  if (!running) return;
  throw new DomainError(
    "SLOT_BUSY",
    `Promotion #${running.number} to ${name} is under way with the present slot host: let it end first.`,
  );
}

async function waitingIn(c: Change, environmentId: string) {
  return c.db
    .select()
    .from(promotions)
    .where(and(eq(promotions.environmentId, environmentId), inArray(promotions.state, [...WAITING_STATES])))
    .orderBy(promotions.number)
    .for("update");
}

/** Whatever waits there may be in another position now. */
async function lookAgain(c: Change, environmentId: string): Promise<void> {
  const waiting = await c.db
    .select({ id: promotions.id })
    .from(promotions)
    .where(and(eq(promotions.environmentId, environmentId), inArray(promotions.state, [...WAITING_STATES])))
    .orderBy(promotions.number);
  for (const { id } of waiting) await c.enqueue("promotions.evaluate", { promotionId: id });
}

async function lockEnvironment(c: Change, id: string): Promise<EnvironmentRow> {
  const [row] = await c.db.select().from(environments).where(eq(environments.id, id)).for("update");
  if (!row) throw notFound("environment");
  if (row.retiredAt) {
    throw new DomainError("ENVIRONMENT_RETIRED", `${row.name} was retired: ${row.retiredReason}`);
  }
  return row;
}

async function demandNewName(c: Change, { key, name }: { key?: string; name: string }): Promise<void> {
  const [same] = await c.db
    .select({ key: environments.key, name: environments.name })
    .from(environments)
    .where(
      sql`${environments.key} = ${key ?? null} or (lower(${environments.name}) = ${name.toLowerCase()} and ${environments.retiredAt} is null)`,
    )
    .limit(1);
  if (!same) return;
  throw same.key === key
    ? conflict(`The key ${key} belongs to ${same.name} for good, also after it was retired.`)
    : conflict(`Another environment is called ${same.name}.`);
}

async function demandSlotHost(c: Change, url: string | null): Promise<void> {
  if (url === null) return;
  const [installation] = await c.db.select().from(installations);
  const obstacle = slotHostObstacle(url, installation?.isDemonstration ?? false);
  if (obstacle) throw invalid(obstacle);
}

/** A copy is the new environment's own: changing the other's policy later does not change it. */
async function copiedPolicy(c: Change, { copyPolicyOfId, key, name }: AddEnvironment) {
  if (!copyPolicyOfId) return null;
  const from = await policyForEnvironment(c.db, copyPolicyOfId);
  if (!from) throw conflict("The environment whose policy was to be copied is closed: it has none.");
  return copyPolicy(c, from, { key, name });
}

function tell(
  c: Change,
  action: string,
  { id, name }: EnvironmentRow,
  told: { before?: Record<string, unknown>; after?: Record<string, unknown>; reason?: string },
): void {
  c.audit({ action, subject: { type: "environment", id, label: name }, ...told });
  c.announce({ topic: "environments", id, productId: null });
}
