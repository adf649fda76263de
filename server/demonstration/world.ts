import { and, eq, isNull } from "drizzle-orm";
import { promotions, type repositories, slots, workItems } from "@/db/schema";
import type { UsualEnvironmentKey } from "@/domain/environments/usual";
import { type Actor, type PersonActor, systemActor } from "@/domain/people/actor";
import type { WorkItemState } from "@/domain/work-items/status";
import { change } from "../audit/change";
import type { Context } from "../context";
import { cancelPromotion, readSubjectDigest, vote } from "../promotions/commands";
import type { PromotionRow } from "../promotions/rows";
import { HANDLERS } from "../queue/handlers";
import type { Calendar, Clock } from "./calendar";
import type { Job, JobQueue } from "./job-queue";
import type { ClientKey, PersonKey } from "./organisation";
import { buildOutside } from "./outside-ci";

/** What the preparation knows of the organisation: rows by the names that the story uses. */
export type Catalogue = {
  people: Record<PersonKey, PersonActor>;
  products: Map<string, { id: string; repository: typeof repositories.$inferSelect }>;
  components: Map<string, { id: string; productKey: string }>;
  environments: Map<string, string>;
  clients: Map<string, string>;
};

export type Place = { component: string; environment: UsualEnvironmentKey; client?: ClientKey | undefined };

const EXECUTION_STEP_SECONDS: Record<"merge" | "deployment", number> = { merge: 1, deployment: 11 };

/** The organisation while its history is made: its time, its queue, and who acts. */
export class World {
  constructor(
    private readonly base: Pick<Context, "db" | "dataDir">,
    readonly clock: Clock,
    readonly calendar: Calendar,
    readonly queue: JobQueue,
    readonly catalogue: Catalogue,
  ) {}

  get db() {
    return this.base.db;
  }

  get dataDir() {
    return this.base.dataDir;
  }

  as(person: PersonKey): Context {
    return this.context(this.catalogue.people[person]);
  }

  asSystem(task: string): Context {
    return this.context(systemActor(task));
  }

  /** `stepSeconds` pass with each transaction: what is carried out takes its time. */
  private context(actor: Actor, stepSeconds = 0): Context {
    const { clock, queue } = this;
    return {
      ...this.base,
      actor,
      enqueue: queue.enqueue,
      get at() {
        clock.pass(stepSeconds);
        return clock.now;
      },
    };
  }

  /** Does the jobs that are left, as the worker would. */
  async settle(): Promise<void> {
    for (let job = this.queue.take(); job !== null; job = this.queue.take()) {
      this.clock.pass(1);
      await this.work(job);
    }
  }

  private async work(job: Job): Promise<void> {
    const lease = { seconds: 3600, signal: new AbortController().signal };
    const ctx = this.asSystem(job.task);
    switch (job.task) {
      case "pipelines.advance":
        return buildOutside(ctx, job.payload.runId, this.clock, this.calendar);
      case "promotions.execute": {
        const [row] = await this.db
          .select({ kind: promotions.kind })
          .from(promotions)
          .where(eq(promotions.id, job.payload.promotionId));
        const step = EXECUTION_STEP_SECONDS[row?.kind === "merge" ? "merge" : "deployment"];
        await HANDLERS[job.task](this.context(systemActor(job.task), step), job.payload, lease);
        return;
      }
      case "promotions.evaluate":
        await HANDLERS[job.task](ctx, job.payload, lease);
        return;
      case "repositories.read":
        await HANDLERS[job.task](ctx, job.payload, lease);
        return;
      case "releases.seal":
        await HANDLERS[job.task](ctx, job.payload, lease);
        return;
      case "deployments.follow":
        await HANDLERS[job.task](ctx, job.payload, lease);
        return;
      case "pipelines.job":
        throw new Error("a history's pipelines are built outside");
    }
  }

  product(key: string) {
    return found(this.catalogue.products.get(key), `product ${key}`);
  }

  async slotOf(place: Place) {
    const component = found(this.catalogue.components.get(place.component), `component ${place.component}`);
    const environmentId = found(this.catalogue.environments.get(place.environment), place.environment);
    const clientId = place.client ? found(this.catalogue.clients.get(place.client), place.client) : null;
    const [slot] = await this.db
      .select()
      .from(slots)
      .where(
        and(
          eq(slots.componentId, component.id),
          eq(slots.environmentId, environmentId),
          clientId ? eq(slots.clientId, clientId) : isNull(slots.clientId),
        ),
      );
    return found(slot, `slot of ${place.component} in ${place.environment} ${place.client ?? ""}`);
  }

  /** The promotion that waits for approval in a slot; null when none does. */
  async waitingIn(place: Place): Promise<PromotionRow | null> {
    const slot = await this.slotOf(place);
    const [row] = await this.db
      .select()
      .from(promotions)
      .where(and(eq(promotions.slotId, slot.id), eq(promotions.state, "awaiting_approval")));
    return row ?? null;
  }

  async decide(
    person: PersonKey,
    promotion: PromotionRow,
    decision: "approve" | "reject",
    reason?: string,
  ): Promise<void> {
    const subjectDigest = await readSubjectDigest(this.base, promotion);
    await vote(this.as(person), {
      promotionId: promotion.id,
      revision: promotion.revision,
      subjectDigest,
      decision,
      ...(reason ? { reason } : {}),
    });
  }

  async cancel(person: PersonKey, promotion: PromotionRow, reason: string): Promise<void> {
    await cancelPromotion(this.as(person), { promotionId: promotion.id, reason });
  }

  /** Work items have no command of their own yet: their states follow what happens to their branches. */
  async moveWorkItem(key: string, state: WorkItemState): Promise<void> {
    await change(this.asSystem("work items"), async (c) => {
      const [row] = await c.db.select().from(workItems).where(eq(workItems.key, key));
      const item = found(row, `work item ${key}`);
      if (item.state === state) return;
      await c.db.update(workItems).set({ state }).where(eq(workItems.id, item.id));
      c.audit({
        action: "work_item.moved",
        subject: {
          type: "work_item",
          id: item.id,
          label: `${item.key} ${item.title}`,
          productId: item.productId,
        },
        before: { state: item.state },
        after: { state },
      });
    });
  }
}

export function found<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`the demonstration's story has no ${what}`);
  return value;
}
