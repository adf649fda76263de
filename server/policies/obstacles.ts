import { asc, eq, isNull } from "drizzle-orm";
import type { Db } from "@/db/client";
import { branchPolicies, environments, policies } from "@/db/schema";
import { BRANCH_KIND_NAMES } from "@/domain/branches/in-words";
import { DomainError } from "@/domain/errors";
import { belowFloor } from "@/domain/policies/floor";
import { circularPath, needsOf, type Place, unknownEnvironments } from "@/domain/policies/path";
import type { PolicyRules } from "@/domain/policies/policy";
import { unsatisfiable } from "@/domain/policies/satisfiable";
import { readInstallation } from "../settings/queries";
import { eligibleIn, readDeciders, readVotingPlaces, type Target } from "./eligible";

/**
 * Why these rules could not decide over these targets: nobody could fulfil them, nothing could get there, or anything.
 * Where the rules `before` could not be fulfilled either, as in a product that nobody works on yet, these make nothing worse.
 */
export async function readObstacles(
  db: Db,
  rules: PolicyRules,
  targets: readonly Target[],
  before: PolicyRules | null = null,
): Promise<string[]> {
  // One after the other: within a change there is one connection.
  const installation = await readInstallation(db);
  const path = await pathObstacles(db, rules, targets);
  const people = await peopleObstacles(db, rules, targets, before);
  const open = await openDoors(db, rules, targets);
  const isFresh = rules.requiresStepUp && installation?.isDemonstration;
  return [
    ...(isFresh ? ["Nobody signs in anew in a demonstration, so a fresh sign-in cannot be asked for."] : []),
    ...path,
    ...open,
    ...people,
  ];
}

export async function demandNoObstacle(
  db: Db,
  rules: PolicyRules,
  targets: readonly Target[],
  before: PolicyRules | null = null,
): Promise<void> {
  const obstacles = await readObstacles(db, rules, targets, before);
  const [first] = obstacles;
  if (first) throw new DomainError("UNSATISFIABLE", first, { obstacles });
}

/** Master and production with nobody asked whom two appointed: an administrator who acts alone would have taken away the other pair of eyes. */
async function openDoors(db: Db, { approvals }: PolicyRules, targets: readonly Target[]): Promise<string[]> {
  const rows = await db
    .select({ id: environments.id, name: environments.name })
    .from(environments)
    .where(eq(environments.isProduction, true));
  const names = targets.flatMap((target) =>
    target.kind === "branch"
      ? target.branchKind === "master"
        ? ["master"]
        : []
      : rows.filter(({ id }) => id === target.environmentId).map(({ name }) => name),
  );
  return names.map((name) => belowFloor(approvals, name)).filter((one) => one !== null);
}

async function peopleObstacles(
  db: Db,
  rules: PolicyRules,
  targets: readonly Target[],
  before: PolicyRules | null,
): Promise<string[]> {
  const deciders = await readDeciders(db);
  const found: string[] = [];
  for (const target of targets) {
    for (const place of await readVotingPlaces(db, target)) {
      for (const { key, prefix } of target.kind === "branch" ? LISTS.slice(0, 1) : LISTS) {
        const reasonOf = (list: PolicyRules[typeof key]) =>
          unsatisfiable(list, eligibleIn(list, deciders, place.scope), place.name);
        const reason = reasonOf(rules[key]);
        if (reason && !(before && reasonOf(before[key]))) found.push(prefix + reason);
      }
    }
  }
  return [...new Set(found)];
}

const LISTS = [
  { key: "approvals", prefix: "" },
  { key: "rollbackApprovals", prefix: "A rollback: " },
] as const;

async function pathObstacles(db: Db, rules: PolicyRules, targets: readonly Target[]): Promise<string[]> {
  const rows = await db
    .select({ id: environments.id, key: environments.key, name: environments.name, rules: policies.rules })
    .from(environments)
    .leftJoin(policies, eq(policies.id, environments.policyId))
    .where(isNull(environments.retiredAt))
    .orderBy(asc(environments.position));
  const branches = await db
    .select({ branchKind: branchPolicies.branchKind, rules: policies.rules })
    .from(branchPolicies)
    .innerJoin(policies, eq(policies.id, branchPolicies.policyId));
  const unknown = unknownEnvironments(
    rules.verifiedIn,
    rows.map(({ key }) => key),
  );
  const isTarget = (wanted: Target) =>
    targets.some((target) =>
      target.kind === "branch"
        ? wanted.kind === "branch" && target.branchKind === wanted.branchKind
        : wanted.kind === "environment" && target.environmentId === wanted.environmentId,
    );
  const places: Place[] = [
    ...rows.map((row) => ({
      key: row.key,
      name: row.name,
      needs: needsOf(
        isTarget({ kind: "environment", environmentId: row.id })
          ? rules
          : (row.rules ?? { verifiedIn: [], requiresMaster: false }),
      ),
    })),
    ...[...new Set([...branches.map(({ branchKind }) => branchKind), ...kindsOf(targets)])].map((kind) => ({
      key: `branch:${kind}`,
      name: BRANCH_KIND_NAMES[kind],
      needs: isTarget({ kind: "branch", branchKind: kind })
        ? rules.verifiedIn
        : (branches.find(({ branchKind }) => branchKind === kind)?.rules.verifiedIn ?? []),
    })),
  ];
  return [unknown, unknown ? null : circularPath(places)].filter((one) => one !== null);
}

function kindsOf(targets: readonly Target[]) {
  return targets.flatMap((target) => (target.kind === "branch" ? [target.branchKind] : []));
}
