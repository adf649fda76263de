import { eq, sql } from "drizzle-orm";
import { promotionRevisions, promotions } from "@/db/schema";
import {
  givenBranchPolicy,
  givenInstallation,
  givenProduct,
  givenStaff,
  givenWorkItem,
} from "@/db/testing/given";
import { parseSha, type Sha } from "@/domain/git/sha";
import { type PersonActor, systemActor } from "@/domain/people/actor";
import { startSession } from "@/server/auth/sessions";
import type { Context } from "@/server/context";
import { resolveRef } from "@/server/git/refs";
import { givenCommit } from "@/server/git/testing/given-repository";
import { openPullRequest } from "@/server/pull-requests/commands";
import { enqueueJob } from "@/server/queue/enqueue";
import { createRepository } from "@/server/repositories/commands";
import { repositoryDirectory } from "@/server/repositories/location";
import { readRepository } from "@/server/repositories/read";
import type { Installation } from "./installation";
import { until } from "./measure";

const FILES = 2_000;
const FOLDERS = 100;
export const SPRINT = "sprint/2026.21";
/** A change of one file that never becomes a promotion: what the reference merges. */
export const REFERENCE_SOURCE = "refs/clearway/bench/source";
const PEER = [{ key: "peer", name: "Peer", roles: ["developer" as const], minimum: 1 }];

export type Vote = {
  promotionId: string;
  number: number;
  input: { promotionId: string; revision: number; subjectDigest: string; decision: "approve" };
};

export type Payments = {
  /** The bare repository: 2,000 files. */
  directory: string;
  /** The session cookies of whoever approves and of an administrator. */
  cookies: { peer: string; admin: string };
  /** A feature of one commit that waits for its one approval; everything else is quiet. */
  waiting: () => Promise<Vote & { source: Sha; target: Sha }>;
  isMerged: (promotionId: string) => Promise<boolean>;
};

/** One product with one repository; a merge into its sprint asks one peer and a linked work item. */
export async function givenPayments({ db, dataDir }: Installation): Promise<Payments> {
  const ctx: Context = { db, dataDir, actor: systemActor("bench"), enqueue: enqueueJob };
  await givenInstallation(db, { isDemonstration: true, isRunnerEnabled: false });
  const product = await givenProduct(db, { key: "payments", name: "Payments" });
  const admin = await givenStaff(db, "Admin", "platform_admin");
  const author = await givenStaff(db, "Author", "developer");
  const peer = await givenStaff(db, "Peer", "developer");
  const repository = await createRepository(
    { ...ctx, actor: admin },
    { productId: product.id, key: "payments", name: "payments" },
  );
  const directory = repositoryDirectory(ctx, repository);
  await givenWorkItem(db, product.id, { key: "PAY-1", title: "Retry payouts" });
  await givenBranchPolicy(db, "sprint", { approvals: PEER, requiresWorkItem: true });
  const files = Object.fromEntries(
    Array.from({ length: FILES }, (_, n) => [
      `src/part-${n % FOLDERS}/file-${n}.txt`,
      `line ${n}\n`.repeat(20),
    ]),
  );
  const root = await givenCommit(directory, { ref: "refs/heads/master", files, message: "Begin" });
  await givenCommit(directory, { ref: `refs/heads/${SPRINT}`, parents: [parseSha(root)], message: "Open" });
  await givenCommit(directory, {
    ref: REFERENCE_SOURCE,
    files: { "src/part-0/file-0.txt": "changed aside\n" },
    parents: [parseSha(root)],
  });
  await readRepository(ctx, repository.id);
  let made = 0;

  async function waiting() {
    const target = await resolveRef(directory, `refs/heads/${SPRINT}`);
    if (!target) throw new Error("The sprint branch is gone.");
    made += 1;
    const branch = `feature/2026.21/PAY-1-change-${made}`;
    const source = await givenCommit(directory, {
      ref: `refs/heads/${branch}`,
      files: { [`src/part-${made % FOLDERS}/file-${made}.txt`]: `changed ${made}\n` },
      parents: [target],
      message: "PAY-1 change one file",
      author: `${author.name} <${author.email}>`,
    });
    await readRepository(ctx, repository.id);
    const opened = await openPullRequest(
      { ...ctx, actor: author },
      {
        repositoryKey: "payments",
        sourceBranch: branch,
        targetBranch: SPRINT,
        title: `Change ${made}`,
        description: "",
      },
    );
    const { id, number } = opened.promotion;
    await until("The wait for approval", async () => (await stateOf(id)) === "awaiting_approval");
    await until("An empty queue", isQuiet);
    const [revision] = await db
      .select({ revision: promotionRevisions.revision, subjectDigest: promotionRevisions.subjectDigest })
      .from(promotionRevisions)
      .where(eq(promotionRevisions.promotionId, id));
    if (!revision) throw new Error("The promotion has no revision.");
    return {
      promotionId: id,
      number,
      input: { promotionId: id, ...revision, decision: "approve" as const },
      source: parseSha(source),
      target,
    };
  }

  async function stateOf(id: string) {
    const [row] = await db.select({ state: promotions.state }).from(promotions).where(eq(promotions.id, id));
    return row?.state;
  }

  async function isQuiet(): Promise<boolean> {
    const { rows } = await db.execute<{ count: number }>(
      sql`select count(*)::int as count from graphile_worker.jobs where locked_by is not null or (attempts < max_attempts and run_at <= now())`,
    );
    return rows[0]?.count === 0;
  }

  const cookieOf = async (one: PersonActor) =>
    `clearway.session=${(await startSession(db, one.personId)).token}`;
  return {
    directory,
    cookies: { peer: await cookieOf(peer), admin: await cookieOf(admin) },
    waiting,
    isMerged: async (id) => (await stateOf(id)) === "succeeded",
  };
}
