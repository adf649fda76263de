import { eq } from "drizzle-orm";
import { pullRequests } from "@/db/schema";
import { parseSha, type Sha } from "@/domain/git/sha";
import { type Change, change } from "../audit/change";
import type { Context } from "../context";
import { failpoint } from "../failpoints";
import { GitError } from "../git/error";
import { isAncestor } from "../git/history";
import { resolveRef, updateRefPinned } from "../git/refs";
import { outOfRoom } from "../out-of-room";
import { demandStillInForce } from "../policies/in-force";
import { repositoryDirectory } from "../repositories/location";
import { movePromotion } from "./move";
import {
  type Holder,
  intend,
  letGo,
  type OperationRow,
  openOperation,
  pauseAfter,
  takeOver,
  updateOperation,
  whileHeld,
} from "./operations";
import { type LoadedPromotion, lockPromotion, type PromotionRow, readCandidate } from "./rows";

/** Each try is two rows of the audit trail. */
const ASK_AGAIN_AT_MOST_SECONDS = 30;

type Claim = { operation: OperationRow; merge: Merge; isResumed: boolean };
type Merge = { ref: string; sourceRef: string; sourceSha: Sha; targetSha: Sha; commitSha: Sha };

/**
 * Puts the candidate on the target: one git transaction that holds the approved source and target in place, then read-back.
 * A branch that has moved sends the promotion back to its gates; a killed worker's merge is found again by the commit itself.
 */
export async function executeMerge(ctx: Context, loaded: LoadedPromotion, holder: Holder): Promise<void> {
  const directory = repositoryDirectory(ctx, loaded.repository);
  const target = await resolveRef(directory, `refs/heads/${loaded.promotion.targetBranch}`);
  const claim = await change(ctx, (c) => claimMerge(c, loaded, target, holder));
  if (!claim) return;
  failpoint("K3");
  const outcome = await whileHeld(ctx, claim.operation, holder, () => performMerge(directory, claim)).then(
    (isMerged) => ({ isMerged }),
    (error: unknown) => ({ why: whyUnknown(loaded, error) }),
  );
  failpoint("K6");
  if ("why" in outcome) {
    await change(ctx, (c) => outcomeUnknown(c, loaded, claim, holder, outcome.why));
    return;
  }
  await change(ctx, (c) =>
    outcome.isMerged ? confirmMerge(c, loaded, claim, holder) : sendBack(c, loaded, claim, holder),
  );
  failpoint("K7");
}

async function claimMerge(
  c: Change,
  loaded: LoadedPromotion,
  target: Sha | null,
  holder: Holder,
): Promise<Claim | null> {
  const promotion = await lockPromotion(c.db, loaded.promotion.id);
  if (promotion.state === "ready") return startMerge(c, promotion, loaded, target, holder);
  if (promotion.state !== "executing" && promotion.state !== "unknown") return null;
  const open = await openOperation(c.db, promotion.id, "merge");
  const taken = open ? await takeOver(c, open, holder) : null;
  if (!taken) return null;
  if (promotion.state === "unknown") await movePromotion(c, promotion, "executing");
  const operation = taken.state === "unknown" ? await updateOperation(c, taken, "sent", holder) : taken;
  return { operation, merge: mergeOf(operation), isResumed: true };
}

async function startMerge(
  c: Change,
  promotion: PromotionRow,
  loaded: LoadedPromotion,
  target: Sha | null,
  holder: Holder,
): Promise<Claim | null> {
  await demandStillInForce(c, { promotion, revision: loaded.revision });
  const candidate = target ? await readCandidate(c.db, promotion, target) : null;
  if (!target || !candidate?.commitSha) {
    const outcomeText = `${promotion.targetBranch} moved after the approval; the merge is looked at again.`;
    await movePromotion(c, promotion, "gating", { outcomeText }, { action: "promotion.target_moved" });
    await c.enqueue("promotions.evaluate", { promotionId: promotion.id });
    return null;
  }
  await movePromotion(c, promotion, "executing");
  const merge: Merge = {
    ref: `refs/heads/${promotion.targetBranch}`,
    sourceRef: `refs/heads/${promotion.sourceBranch}`,
    sourceSha: parseSha(loaded.revision.sourceSha),
    targetSha: target,
    commitSha: parseSha(candidate.commitSha),
  };
  const intent = await intend(
    c,
    {
      promotionId: promotion.id,
      kind: "merge",
      idempotencyKey: `${promotion.number}/r${promotion.revision}/merge/${merge.commitSha}`,
      expected: merge,
    },
    holder,
  );
  const operation = await updateOperation(c, intent, "sent", holder);
  return { operation, merge, isResumed: false };
}

function mergeOf(operation: OperationRow): Merge {
  const { ref, sourceRef, sourceSha, targetSha, commitSha } = operation.expected as Record<
    keyof Merge,
    string
  >;
  return {
    ref,
    sourceRef,
    sourceSha: parseSha(sourceSha),
    targetSha: parseSha(targetSha),
    commitSha: parseSha(commitSha),
  };
}

/** True when the target contains the candidate's commit, whoever put it there. */
async function performMerge(directory: string, { merge, isResumed }: Claim): Promise<boolean> {
  if (isResumed) {
    const isThere = await contains(directory, merge);
    failpoint("K8");
    if (isThere) return true;
  }
  failpoint("K4");
  await updateRefPinned(directory, {
    ref: merge.ref,
    newSha: merge.commitSha,
    oldSha: merge.targetSha,
    verify: [{ ref: merge.sourceRef, sha: merge.sourceSha }],
  });
  failpoint("K5");
  return contains(directory, merge);
}

async function contains(directory: string, merge: Merge): Promise<boolean> {
  const head = await resolveRef(directory, merge.ref);
  return head !== null && (head === merge.commitSha || (await isAncestor(directory, merge.commitSha, head)));
}

async function confirmMerge(c: Change, loaded: LoadedPromotion, claim: Claim, holder: Holder): Promise<void> {
  const { merge } = claim;
  const promotion = await lockPromotion(c.db, loaded.promotion.id);
  await updateOperation(c, claim.operation, "confirmed", holder, { commitSha: merge.commitSha });
  const verifying = await movePromotion(
    c,
    promotion,
    "verifying",
    {},
    { facts: { commitSha: merge.commitSha } },
  );
  await movePromotion(c, verifying, "succeeded", {
    outcomeCode: "MERGED",
    outcomeText: `Merged as ${merge.commitSha.slice(0, 7)}.`,
  });
  if (promotion.pullRequestId) {
    await c.db
      .update(pullRequests)
      .set({ state: "merged", mergeSha: merge.commitSha, updatedAt: c.now, endedAt: c.now })
      .where(eq(pullRequests.id, promotion.pullRequestId));
  }
  await c.enqueue("repositories.read", { repositoryId: promotion.repositoryId }, { priority: -10 });
}

/** The sentence for people; the log has git's own words, which may hold paths. */
function whyUnknown({ promotion }: LoadedPromotion, error: unknown): string {
  const said = error instanceof GitError ? error.stderr : "";
  const line = { level: "error", task: "promotions.execute", promotion: promotion.number };
  console.error(JSON.stringify({ ...line, error: String(error), ...(said ? { stderr: said } : {}) }));
  const full = outOfRoom(error);
  if (full) return full.message;
  if (/\.lock.*File exists/s.test(said)) return "Another git holds a lock in the repository.";
  if (/Permission denied|Read-only file system/i.test(said))
    return "Clearway may not write to the repository. Tell whoever runs it.";
  const reason = error instanceof GitError ? error.message : "Something went wrong on our side.";
  return `${reason} The log says more.`;
}

/** Git did not say whether it moved the branch: people see that and why, and it is asked again. */
async function outcomeUnknown(
  c: Change,
  loaded: LoadedPromotion,
  claim: Claim,
  holder: Holder,
  why: string,
): Promise<void> {
  const promotion = await lockPromotion(c.db, loaded.promotion.id);
  await updateOperation(c, claim.operation, "unknown", holder, { detail: why });
  const pause = pauseAfter(claim.operation, ASK_AGAIN_AT_MOST_SECONDS);
  const again = new Date(c.now.getTime() + pause * 1000);
  await letGo(c, claim.operation, again);
  if (promotion.state !== "unknown") {
    const outcomeText = `Git did not say whether the branch was moved. ${why} Clearway keeps asking.`;
    await movePromotion(c, promotion, "unknown", { outcomeCode: "UNKNOWN", outcomeText });
  }
  await c.enqueue("promotions.execute", { promotionId: promotion.id }, { runAt: again });
}

async function sendBack(c: Change, loaded: LoadedPromotion, claim: Claim, holder: Holder): Promise<void> {
  const promotion = await lockPromotion(c.db, loaded.promotion.id);
  await updateOperation(c, claim.operation, "refused", holder, { reason: "a branch moved" });
  const outcomeText =
    "A branch moved between the approval and the merge. Nothing was merged; its gates are looked at again.";
  await movePromotion(
    c,
    promotion,
    "gating",
    { outcomeCode: "STALE_SUBJECT", outcomeText },
    { action: "promotion.sent_back" },
  );
  await c.enqueue("promotions.evaluate", { promotionId: promotion.id });
}
