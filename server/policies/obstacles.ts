import { asc, eq, isNull } from "drizzle-orm";
import type { Db } from "@/db/client";
import { branchPolicies, environments, policies } from "@/db/schema";
import { BRANCH_KIND_NAMES } from "@/domain/branches/in-words";
import { DomainError } from "@/domain/errors";
import type { Role } from "@/domain/people/roles";
import { rolesWith } from "@/domain/permissions";
import { belowFloor } from "@/domain/policies/floor";
import { circularPath, needsOf, type Place, unknownEnvironments } from "@/domain/policies/path";
import type { PolicyRules } from "@/domain/policies/policy";
import { fulfilledBarely, unsatisfiable } from "@/domain/policies/satisfiable";
import { readInstallation } from "../settings/queries";
import { eligibleIn, holdersIn, readDeciders, readVotingPlaces, type Target } from "./eligible";

type Findings = {
  /** Why the rules could not decide over the targets: nobody could fulfil them, nothing could get there, or anything. */
  obstacles: string[];
  /** Where there are no people to spare; or none at all, where the rules before asked for too many as well. */
  warnings: string[];
};

export async function readObstacles(
  db: Db,
  rules: PolicyRules,
  targets: readonly Target[],
  before: PolicyRules | null = null,
): Promise<string[]> {
  return (await readFindings(db, rules, targets, before)).obstacles;
}

/** Where the rules `before` could not be fulfilled either, as in a product that nobody works on yet, these make nothing worse. */
export async function readFindings(
  db: Db,
  rules: PolicyRules,
  targets: readonly Target[],
  before: PolicyRules | null,
): Promise<Findings> {
  // One after the other: within a change there is one connection.
  const installation = await readInstallation(db);
  const path = await pathObstacles(db, rules, targets);
  const people = await readPeople(db, rules, targets, before);
  const open = await openDoors(db, rules, targets);
  const isFresh = rules.requiresStepUp && installation?.isDemonstration;
  const fresh = isFresh
    ? ["Nobody signs in anew in a demonstration, so a fresh sign-in cannot be asked for."]
    : [];
  return { obstacles: [...fresh, ...path, ...open, ...people.obstacles], warnings: people.warnings };
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

async function readPeople(
  db: Db,
  rules: PolicyRules,
  targets: readonly Target[],
  before: PolicyRules | null,
): Promise<Findings> {
  const deciders = await readDeciders(db);
  const obstacles = new Set<string>();
  const warnings = new Set<string>();
  for (const target of targets) {
    for (const { name, scope } of await readVotingPlaces(db, target)) {
      for (const { key, prefix, hands } of target.kind === "branch" ? LISTS.slice(0, 1) : LISTS) {
        const reasonOf = (list: PolicyRules[typeof key]) =>
          unsatisfiable(list, eligibleIn(list, deciders, scope), name);
        const reason = reasonOf(rules[key]);
        const isNew = reason && !(before && reasonOf(before[key]));
        const eligible = eligibleIn(rules[key], deciders, scope);
        const barely = fulfilledBarely(rules[key], eligible, holdersIn(hands, deciders, scope), name);
        if (isNew) obstacles.add(prefix + reason);
        else if (reason ?? barely) warnings.add(`${prefix}${reason ?? barely}`);
      }
    }
  }
  return { obstacles: [...obstacles], warnings: [...warnings] };
}

const HANDS: readonly Role[] = [...rolesWith("promotions.request"), ...rolesWith("git.push")];

/** With the roles of those who could ask for it or write what is deployed, whose own votes never count. */
const LISTS = [
  { key: "approvals", prefix: "", hands: HANDS },
  {
    key: "rollbackApprovals",
    prefix: "A rollback: ",
    hands: [...HANDS, ...rolesWith("rollbacks.request")],
  },
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
