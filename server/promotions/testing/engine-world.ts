import path from "node:path";
import { and, eq, isNull } from "drizzle-orm";
import {
  deployments,
  environments,
  promotionRevisions,
  promotions,
  releases,
  slots as slotRows,
} from "@/db/schema";
import type { ClonedDatabase } from "@/db/testing/cloned-database";
import {
  audited,
  givenBranchPolicy,
  givenClient,
  givenComponent,
  givenEnvironment,
  givenInstallation,
  givenPolicy,
  givenProduct,
  givenSlot,
  givenStaff,
  givenSubscription,
  givenWorkItem,
} from "@/db/testing/given";
import { createTestContext } from "@/db/testing/test-context";
import { parseSha, type Sha } from "@/domain/git/sha";
import type { PersonActor } from "@/domain/people/actor";
import { systemActor } from "@/domain/people/actor";
import type { Context } from "../../context";
import { env } from "../../env";
import { resolveRef } from "../../git/refs";
import { givenCommit } from "../../git/testing/given-repository";
import { openPullRequest } from "../../pull-requests/commands";
import { HANDLERS } from "../../queue/handlers";
import type { TaskName } from "../../queue/tasks";
import { createRepository } from "../../repositories/commands";
import { repositoryDirectory } from "../../repositories/location";
import { readRepository } from "../../repositories/read";
import { type SlotHostFaults, startSlotHost } from "../../slot-host/host";
import { vote } from "../commands";
import { requestDeployment } from "../request";

const SENIORS = [
  { key: "senior", name: "Senior", roles: ["tech_lead" as const, "release_approver" as const], minimum: 2 },
];
const PEER = [{ key: "peer", name: "Peer", roles: ["developer" as const, "tech_lead" as const], minimum: 1 }];

/** An answer within two seconds is no promise of a machine that runs all of this: a late one says nothing of the release. */
export const PIPELINE = `version: 1
jobs:
  build:
    commands:
      - mkdir out
      - cp health.json out/
      - tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf api.tar -C out .
      - tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf vm.tar -C out .
    artifacts:
      - component: api
        path: api.tar
      - component: vm
        path: vm.tar
components:
  api:
    health: { path: /health, attempts: 2, intervalSeconds: 0, timeoutSeconds: 10 }
  vm:
    health: { path: /health, attempts: 2, intervalSeconds: 0, timeoutSeconds: 10 }
schema: { min: 0, max: 5, after: 0 }
`;

export type World = Awaited<ReturnType<typeof createWorld>>;

async function givenOrganisation(ctx: Context, slotHostUrl: string) {
  const { db } = ctx;
  await givenInstallation(db);
  const product = await givenProduct(db, { key: "payments", name: "Payments" });
  const repository = await createRepository(ctx, {
    productId: product.id,
    key: "payments",
    name: "payments",
  });
  const api = await givenComponent(db, repository, { key: "api", name: "API" });
  const vm = await givenComponent(db, repository, { key: "vm", name: "VM", scope: "client" });
  const acme = await givenClient(db, { key: "acme", name: "Acme" });
  await givenSubscription(db, acme.id, vm.id);
  await givenWorkItem(db, product.id, { key: "PAY-1", title: "Retry payouts" });
  const peer = await givenBranchPolicy(db, "sprint", { approvals: PEER, requiresChecks: true });
  await givenBranchPolicy(db, "master", {
    approvals: SENIORS,
    requiresChecks: true,
    requiresUpToDate: true,
    verifiedIn: ["dev"],
    onTargetMoved: "revote",
  });
  const automatic = await givenPolicy(db, { deploysAutomatically: true });
  const production = await givenPolicy(db, {
    approvals: SENIORS,
    requiresMaster: true,
    rollsBackAutomatically: true,
  });
  const dev = await givenEnvironment(db, {
    key: "dev",
    name: "Dev",
    position: 1,
    policyId: automatic.id,
    slotHostUrl,
  });
  const prod = await givenEnvironment(db, {
    key: "prod",
    name: "Production",
    position: 2,
    policyId: production.id,
    slotHostUrl,
    isProduction: true,
    isPerClient: true,
  });
  const slots = {
    devApi: await givenSlot(db, api, dev),
    devVm: await givenSlot(db, vm, dev),
    prodApi: await givenSlot(db, api, prod),
    acmeVm: await givenSlot(db, vm, prod, acme.id),
  };
  const staff = {
    author: await givenStaff(db, "author", "developer"),
    peer: await givenStaff(db, "peer", "developer"),
    lead: await givenStaff(db, "lead", "tech_lead"),
    second: await givenStaff(db, "second", "tech_lead"),
    approver: await givenStaff(db, "approver", "release_approver"),
    admin: await givenStaff(db, "admin", "platform_admin"),
  };
  return {
    product,
    repository,
    api,
    vm,
    acme,
    environments: { dev, prod },
    slots,
    staff,
    policies: { peer, production },
  };
}

/** A world at rest: others begin as copies of it. */
export type FrozenWorld = {
  readonly database: ClonedDatabase;
  readonly dataDir: string;
  readonly organisation: Organisation;
  readonly remove: () => Promise<void>;
};
type Organisation = Awaited<ReturnType<typeof givenOrganisation>>;

/**
 * A small organisation on real parts: PostgreSQL, a bare repository, the runner and a slot host. Nothing runs by itself:
 * `settle` runs what is in the queue, in order, until nothing is left. `from`: a migrated database elsewhere, or a world
 * to begin as a copy of.
 */
export async function createWorld(from?: ClonedDatabase | FrozenWorld) {
  const frozen = from && "organisation" in from ? from : null;
  const on = from && !("organisation" in from) ? from : null;
  const base = await createTestContext(systemActor("test"), on, frozen);
  const ctx = base as unknown as Context;
  const faults: SlotHostFaults = {};
  const host = await startSlotHost({
    directory: path.join(base.dataDir, "slots"),
    port: 0,
    token: env.slotHostToken,
    faults,
  });
  const db = base.db;
  if (frozen) await audited(db, (tx) => tx.update(environments).set({ slotHostUrl: host.url }));
  const organisation = frozen?.organisation ?? (await givenOrganisation(ctx, host.url));
  const { repository, staff } = organisation;
  const directory = repositoryDirectory(ctx, repository);

  const as = (actor: PersonActor): Context => ({ ...ctx, actor });

  async function settle(): Promise<void> {
    for (let job = base.jobs.shift(); job; job = base.jobs.shift()) {
      const later = base.jobs.findIndex(
        (one) => one.task === job?.task && JSON.stringify(one.payload) === JSON.stringify(job?.payload),
      );
      if (later >= 0) base.jobs.splice(later, 1);
      const handler = HANDLERS[job.task as TaskName] as (typeof HANDLERS)["promotions.evaluate"];
      await handler({ ...ctx, actor: systemActor(job.task) }, job.payload as { promotionId: string }, {
        seconds: 30,
        signal: new AbortController().signal,
      });
    }
  }

  /** As a push would leave it: the ref moved and the repository read. */
  async function commit(
    branch: string,
    files: Record<string, string>,
    by: PersonActor,
    from?: string,
    message?: string,
  ): Promise<Sha> {
    const parent =
      (await resolveRef(directory, `refs/heads/${branch}`)) ??
      (from ? await resolveRef(directory, `refs/heads/${from}`) : null);
    const sha = await givenCommit(directory, {
      ref: `refs/heads/${branch}`,
      files,
      parents: parent ? [parent] : [],
      message: message ?? "PAY-1 change",
      author: `${by.name} <${by.email}>`,
    });
    await readRepository(ctx, repository.id);
    return parseSha(sha);
  }

  async function open(by: PersonActor, sourceBranch: string, targetBranch: string) {
    const opened = await openPullRequest(as(by), {
      repositoryKey: repository.key,
      sourceBranch,
      targetBranch,
      title: `${sourceBranch} into ${targetBranch}`,
      description: "",
    });
    return opened;
  }

  async function find(number: number) {
    const [row] = await db.select().from(promotions).where(eq(promotions.number, number));
    if (!row) throw new Error(`no promotion ${number}`);
    return row;
  }

  async function newest(where: { slotId?: string } = {}) {
    const rows = await db.select().from(promotions).orderBy(promotions.number);
    const row = rows.filter((one) => !where.slotId || one.slotId === where.slotId).at(-1);
    if (!row) throw new Error("no promotion");
    return row;
  }

  async function approve(by: PersonActor, number: number, decision: "approve" | "reject" = "approve") {
    const promotion = await find(number);
    const [revision] = await db
      .select()
      .from(promotionRevisions)
      .where(
        and(
          eq(promotionRevisions.promotionId, promotion.id),
          eq(promotionRevisions.revision, promotion.revision),
        ),
      );
    return vote(as(by), {
      promotionId: promotion.id,
      revision: promotion.revision,
      subjectDigest: revision?.subjectDigest ?? "",
      decision,
      reason: decision === "reject" ? "not like this" : undefined,
    });
  }

  /** Master and a sprint with one commit each, read. */
  async function begin(): Promise<void> {
    await commit(
      "master",
      { "health.json": '{"status":"ok"}', ".clearway/pipeline.yaml": PIPELINE },
      staff.admin,
    );
    await commit("sprint/2026.21", {}, staff.admin, "master", "Open the sprint");
    base.jobs.length = 0;
  }

  /** A feature of `author`, approved by `peer` and merged into the sprint: builds once, and Dev has it. */
  async function mergeFeature(slug: string, files: Record<string, string>): Promise<number> {
    const branch = `feature/2026.21/PAY-1-${slug}`;
    await commit(branch, files, staff.author, "sprint/2026.21");
    const opened = await open(staff.author, branch, "sprint/2026.21");
    await settle();
    await approve(staff.peer, opened.promotion.number);
    await settle();
    return opened.promotion.number;
  }

  async function liveRelease() {
    const rows = await db
      .select()
      .from(releases)
      .where(isNull(releases.withdrawnAt))
      .orderBy(releases.createdAt);
    const row = rows.at(-1);
    if (!row) throw new Error("no release");
    return row;
  }

  /** Sprint to master by the lead, approved by two others; its number. */
  async function toMaster(): Promise<number> {
    const opened = await open(staff.lead, "sprint/2026.21", "master");
    await settle();
    await approve(staff.second, opened.promotion.number);
    await approve(staff.approver, opened.promotion.number);
    await settle();
    return opened.promotion.number;
  }

  /** A release into a slot of production, asked for by the lead and approved by two others; its number. */
  async function toProduction(releaseId: string, slotId: string): Promise<number> {
    const [asked] = await requestDeployment(as(staff.lead), { releaseId, slotIds: [slotId] });
    await settle();
    await approve(staff.second, asked?.number ?? 0);
    await approve(staff.approver, asked?.number ?? 0);
    await settle();
    return asked?.number ?? 0;
  }

  /** The version that the slot is said to run. */
  async function running(slotId: string): Promise<string | null> {
    const [row] = await db
      .select({ version: releases.version })
      .from(slotRows)
      .innerJoin(deployments, eq(deployments.id, slotRows.currentDeploymentId))
      .innerJoin(releases, eq(releases.id, deployments.releaseId))
      .where(eq(slotRows.id, slotId));
    return row?.version ?? null;
  }

  return {
    ctx,
    db,
    url: base.url,
    jobs: base.jobs,
    faults,
    host,
    ...organisation,
    directory,
    as,
    settle,
    commit,
    open,
    find,
    newest,
    approve,
    begin,
    mergeFeature,
    liveRelease,
    toMaster,
    toProduction,
    running,
    /** Nothing can be done in it any more. */
    freeze: async (): Promise<FrozenWorld> => {
      await host.close();
      await base.leave();
      return { database: base.database, dataDir: base.dataDir, organisation, remove: base.remove };
    },
    stop: async () => {
      await host.close();
      await base.stop();
    },
  };
}

/** Worlds that all begin as one that is prepared once, which costs less than preparing each. */
export function createWorlds(prepare: (world: World) => Promise<unknown>) {
  let first: Promise<FrozenWorld> | undefined;
  async function freezeFirst(): Promise<FrozenWorld> {
    const world = await createWorld();
    await prepare(world);
    return world.freeze();
  }
  return {
    next: async () => {
      first ??= freezeFirst();
      return createWorld(await first);
    },
    remove: async () => (await first)?.remove(),
  };
}
