import { and, eq, inArray, isNull } from "drizzle-orm";
import type { Db } from "@/db/client";
import {
  components,
  deployments,
  environments,
  promotions,
  releases,
  repositories,
  slots,
  workItems,
} from "@/db/schema";
import { classifyBranch, workItemKeysIn } from "@/domain/branches/naming";
import type { GitCommit } from "@/domain/git/commit";
import type { PolicyRules } from "@/domain/policies/policy";
import { RUNNING_STATES, WAITING_STATES } from "@/domain/promotions/status";
import { environmentNames } from "../environments/names";
import { checksGate, needsChecks } from "./gate-checks";
import type { GateResult } from "./gate-result";

export type MergeFacts = {
  /** Why nothing may be merged there at all, as a sentence; null where it may. */
  closed: string | null;
  sourceBranch: string;
  targetBranch: string;
  commits: GitCommit[];
  /** Those that people made. */
  own: GitCommit[];
  unknownContributors: string[];
  /** The merge as it would be; null where a branch is gone. */
  merge: { treeOid: string | null; commitSha: string | null; conflicts: string[] } | null;
  /** The target has nothing that the source lacks: by ancestry, or because the merged tree is the source's own. */
  isUpToDate: boolean;
};

const SHORT = 7;

export async function mergeGates(
  db: Db,
  repositoryId: string,
  rules: PolicyRules,
  facts: MergeFacts,
  isRunnerEnabled: boolean,
): Promise<GateResult[]> {
  const gates = [mergeable(facts), contributorsKnown(facts.unknownContributors)];
  if (rules.requiresUpToDate) gates.push(upToDate(facts));
  if (rules.requiresWorkItem) gates.push(await workItem(db, repositoryId, facts));
  const tree = facts.merge?.treeOid ?? null;
  if (needsChecks(rules)) gates.push(await checksGate(db, repositoryId, tree, rules, isRunnerEnabled));
  if (rules.verifiedIn.length > 0) gates.push(await verifiedIn(db, repositoryId, tree, rules.verifiedIn));
  return gates;
}

function mergeable(facts: MergeFacts): GateResult {
  const { merge, sourceBranch, targetBranch } = facts;
  const gate = { key: "mergeable" as const };
  if (facts.closed) return { ...gate, status: "fail", detail: facts.closed, facts: {} };
  if (!merge) {
    return { ...gate, status: "fail", detail: `${sourceBranch} or ${targetBranch} is gone.`, facts: {} };
  }
  if (merge.conflicts.length > 0) {
    const files = merge.conflicts.slice(0, 3).join(", ");
    const more = merge.conflicts.length > 3 ? ` and ${merge.conflicts.length - 3} more` : "";
    return {
      ...gate,
      status: "fail",
      detail: `Conflicts with ${targetBranch} in ${files}${more}. Merge ${targetBranch} into ${sourceBranch}, then push.`,
      facts: { conflicts: merge.conflicts.slice(0, 50) },
    };
  }
  if (facts.commits.length === 0) {
    return {
      ...gate,
      status: "fail",
      detail: `${targetBranch} has every commit of ${sourceBranch} already.`,
      facts: {},
    };
  }
  return {
    ...gate,
    status: "pass",
    detail: `Merges cleanly: tree ${merge.treeOid?.slice(0, SHORT)}.`,
    facts: { treeOid: merge.treeOid, commitSha: merge.commitSha },
  };
}

/** Shared with deployments: four eyes can only be kept where every hand is known. */
export function contributorsKnown(unknown: readonly string[]): GateResult {
  if (unknown.length === 0) {
    return {
      key: "contributors_known",
      status: "pass",
      detail: "Every author and committer is known.",
      facts: {},
    };
  }
  return {
    key: "contributors_known",
    status: "fail",
    detail: `${unknown.slice(0, 3).join(", ")} belongs to nobody Clearway knows, so four eyes cannot be kept. Have an administrator add the author under People, or rewrite the commits with an address from the repository's page: git commit --amend --reset-author.`,
    facts: { unknown: unknown.slice(0, 50) },
  };
}

function upToDate(facts: MergeFacts): GateResult {
  return facts.isUpToDate
    ? {
        key: "up_to_date",
        status: "pass",
        detail: `${facts.targetBranch} has nothing that it lacks: what was tested is what is merged.`,
        facts: {},
      }
    : {
        key: "up_to_date",
        status: "fail",
        detail: `${facts.targetBranch} has commits that ${facts.sourceBranch} lacks. Bring them in by a pull request from ${facts.targetBranch}.`,
        facts: {},
      };
}

/** Only work items of the repository's own product count. */
async function workItem(db: Db, repositoryId: string, facts: MergeFacts): Promise<GateResult> {
  const { own } = facts;
  const branchKey = classifyBranch(facts.sourceBranch).workItemKey;
  const named = own.map((commit) => workItemKeysIn(`${commit.subject}\n${commit.body}`));
  const keys = [...new Set([...named.flat(), ...(branchKey ? [branchKey] : [])])];
  const rows = keys.length
    ? await db
        .select({ key: workItems.key })
        .from(workItems)
        .innerJoin(repositories, eq(repositories.productId, workItems.productId))
        .where(and(eq(repositories.id, repositoryId), inArray(workItems.key, keys)))
    : [];
  const known = new Set(rows.map((row) => row.key));
  const gate = { key: "work_item" as const, facts: { keys: [...known].sort() } };
  if (branchKey && known.has(branchKey)) {
    return { ...gate, status: "pass", detail: `Belongs to ${[...known].sort().join(", ")}.` };
  }
  const without = own.filter((_, index) => !(named[index] ?? []).some((key) => known.has(key)));
  if (own.length > 0 && without.length === 0) {
    return {
      ...gate,
      status: "pass",
      detail: `Every commit belongs to a work item: ${[...known].sort().join(", ")}.`,
    };
  }
  const count = without.length === 1 ? "1 commit names" : `${without.length} commits name`;
  return { ...gate, status: "fail", detail: `${count} no work item that Clearway knows.` };
}

/** The promotions that would bring this very tree to one of the slots. */
async function onTheirWay(db: Db, slotIds: readonly string[], treeOid: string | null) {
  if (slotIds.length === 0 || treeOid === null) return [];
  return db
    .select({ number: promotions.number, title: promotions.title })
    .from(promotions)
    .innerJoin(releases, eq(releases.id, promotions.releaseId))
    .where(
      and(
        inArray(promotions.slotId, [...slotIds]),
        eq(releases.treeOid, treeOid),
        inArray(promotions.state, [...WAITING_STATES, ...RUNNING_STATES]),
      ),
    )
    .orderBy(promotions.number)
    .limit(10);
}

/** Every component of the repository must run, verified, with this very tree in each named environment: in all slots in use. */
async function verifiedIn(
  db: Db,
  repositoryId: string,
  treeOid: string | null,
  keys: string[],
): Promise<GateResult> {
  const gate = { key: "verified_in" as const };
  const rows = await db
    .select({
      slotId: slots.id,
      environment: environments.name,
      environmentKey: environments.key,
      component: components.name,
      treeOid: releases.treeOid,
      since: deployments.finishedAt,
      version: releases.version,
    })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .innerJoin(environments, eq(environments.id, slots.environmentId))
    .leftJoin(deployments, eq(deployments.id, slots.currentDeploymentId))
    .leftJoin(releases, eq(releases.id, deployments.releaseId))
    .where(
      and(
        eq(components.repositoryId, repositoryId),
        inArray(environments.key, keys),
        // Where nothing is deployed any more, nothing can be verified either.
        isNull(slots.endedAt),
      ),
    )
    .orderBy(environments.position, components.position, slots.id);
  const missing = rows.filter((row) => treeOid === null || row.treeOid !== treeOid);
  const bringing = await onTheirWay(
    db,
    missing.map(({ slotId }) => slotId),
    treeOid,
  );
  const facts = {
    waitsFor: bringing.map(({ number, title }) => ({ number, title })),
    environments: rows.map((row) => ({
      environment: row.environment,
      component: row.component,
      version: row.version,
      since: row.since?.toISOString() ?? null,
      isThisTree: treeOid !== null && row.treeOid === treeOid,
    })),
  };
  const absent = keys.filter((key) => !rows.some((row) => row.environmentKey === key));
  const [first] = missing;
  if (absent.length > 0) {
    const named = await environmentNames(db, absent);
    const places = absent.map((key) => named.get(key) ?? key).join(", ");
    return { ...gate, status: "fail", detail: `Nothing is installed in ${places}.`, facts };
  }
  if (first) {
    const runs = first.version ? `runs ${first.version}` : "runs nothing";
    return {
      ...gate,
      status: "pending",
      detail: `${first.environment} does not run this very tree yet: ${first.component} ${runs}.${bringing.length === 0 ? " Nothing is on its way there." : ""}`,
      facts,
    };
  }
  const names = [...new Set(rows.map((row) => row.environment))];
  return {
    ...gate,
    status: "pass",
    detail: `Live and verified in ${names.join(", ")} for this very tree.`,
    facts,
  };
}
