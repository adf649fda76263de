import { and, eq, inArray } from "drizzle-orm";
import type { Db } from "@/db/client";
import { deployments, environments, releaseCommits, type releases, slots } from "@/db/schema";
import type { PolicyRules } from "@/domain/policies/policy";
import { schemaAllows } from "@/domain/promotions/decide";
import { environmentNames } from "../environments/names";
import { checksGate, needsChecks } from "./gate-checks";
import type { GateResult } from "./gate-result";
import { contributorsKnown } from "./gates-merge";

type Release = typeof releases.$inferSelect;
type Slot = typeof slots.$inferSelect;
type Environment = typeof environments.$inferSelect;
type Hold = { reason: string; heldBy: string; createdAt: Date };

export async function deployGates(
  db: Db,
  rules: PolicyRules,
  facts: {
    release: Release;
    slot: Slot;
    environment: Environment;
    unknownContributors: string[];
    /** The hold in force on the slot. */
    hold: Hold | null;
    isRollback: boolean;
  },
): Promise<GateResult[]> {
  const { release, slot, environment } = facts;
  const gates = [sealed(release), open(environment), schema(release, slot)];
  if (facts.isRollback) return gates;
  gates.push(notHeld(facts.hold));
  gates.push(contributorsKnown(facts.unknownContributors));
  if (needsChecks(rules))
    gates.push(await checksGate(db, release.repositoryId, release.treeOid, rules, true));
  if (rules.requiresMaster) gates.push(await onMaster(db, release));
  if (rules.verifiedIn.length > 0) gates.push(await path(db, release, slot, rules.verifiedIn));
  return gates;
}

function sealed(release: Release): GateResult {
  const gate = {
    key: "release_sealed" as const,
    facts: { digest: release.digest, version: release.version },
  };
  if (release.withdrawnAt) {
    return {
      ...gate,
      status: "fail",
      detail: `${release.version} was withdrawn: ${release.withdrawnReason}`,
    };
  }
  return release.sealedAt
    ? {
        ...gate,
        status: "pass",
        detail: `${release.version} was built once: digest ${release.digest.slice(0, 8)}.`,
      }
    : { ...gate, status: "pending", detail: `${release.version} is not sealed yet.` };
}

function open(environment: Environment): GateResult {
  const gate = { key: "environment_open" as const, facts: {} };
  if (environment.retiredAt) {
    return {
      ...gate,
      status: "fail",
      detail: `${environment.name} was retired: ${environment.retiredReason}`,
    };
  }
  if (!environment.policyId) {
    return { ...gate, status: "fail", detail: `${environment.name} is closed: no policy is bound to it.` };
  }
  if (!environment.slotHostUrl) {
    return { ...gate, status: "fail", detail: `${environment.name} has no slot host to install on.` };
  }
  return { ...gate, status: "pass", detail: `${environment.name} is open.` };
}

/** A hold stops everything but a rollback: what was wrong can still be undone. */
function notHeld(hold: Hold | null): GateResult {
  return hold
    ? {
        key: "not_held",
        status: "pending",
        detail: `${hold.heldBy} holds this slot: ${hold.reason}`,
        facts: { since: hold.createdAt.toISOString() },
      }
    : { key: "not_held", status: "pass", detail: "Nobody holds this slot.", facts: {} };
}

function schema(release: Release, slot: Slot): GateResult {
  const facts = {
    live: slot.schemaVersion,
    min: release.schemaMin,
    max: release.schemaMax,
    after: release.schemaAfter,
  };
  const gate = { key: "schema" as const, facts };
  const range =
    release.schemaMin === release.schemaMax
      ? `${release.schemaMin}`
      : `${release.schemaMin} to ${release.schemaMax}`;
  if (!schemaAllows(release, slot.schemaVersion)) {
    return {
      ...gate,
      status: "fail",
      detail: `The live schema is ${slot.schemaVersion}; ${release.version} works with ${range}.`,
    };
  }
  const moves =
    release.schemaAfter > slot.schemaVersion
      ? ` It moves to ${release.schemaAfter} (${release.migration}).`
      : "";
  return { ...gate, status: "pass", detail: `Works with the live schema ${slot.schemaVersion}.${moves}` };
}

async function onMaster(db: Db, release: Release): Promise<GateResult> {
  const [row] = await db
    .select({ commitSha: releaseCommits.commitSha })
    .from(releaseCommits)
    .where(and(eq(releaseCommits.releaseId, release.id), eq(releaseCommits.ref, "refs/heads/master")));
  return row
    ? {
        key: "on_master",
        status: "pass",
        detail: `Master ${row.commitSha.slice(0, 7)} has this very tree: what was tested is what is installed.`,
        facts: { commitSha: row.commitSha },
      }
    : {
        key: "on_master",
        status: "fail",
        detail: `This tree is not on master. Promote its sprint to master first.`,
        facts: {},
      };
}

/** The path: this release has been live and verified for the same component in every environment named. */
async function path(db: Db, release: Release, slot: Slot, keys: string[]): Promise<GateResult> {
  const named = await environmentNames(db, keys);
  const rows = await db
    .selectDistinct({ key: environments.key })
    .from(deployments)
    .innerJoin(slots, eq(slots.id, deployments.slotId))
    .innerJoin(environments, eq(environments.id, slots.environmentId))
    .where(
      and(
        eq(deployments.releaseId, release.id),
        inArray(deployments.state, ["live", "superseded"]),
        eq(slots.componentId, slot.componentId),
        inArray(environments.key, keys),
      ),
    );
  const verified = new Set(rows.map((row) => row.key));
  const missing = keys.filter((key) => !verified.has(key));
  const facts = { verified: [...verified], missing };
  const names = (of: readonly string[]) => of.map((key) => named.get(key) ?? key).join(", ");
  return missing.length === 0
    ? { key: "path", status: "pass", detail: `Verified in ${names(keys)}.`, facts }
    : {
        key: "path",
        status: "pending",
        detail: `${release.version} has not been verified in ${names(missing)} yet.`,
        facts,
      };
}
