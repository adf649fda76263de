import { eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { grants, promotions, votes } from "@/db/schema";
import { audited, givenGrant, givenPerson } from "@/db/testing/given";
import type { PersonActor } from "@/domain/people/actor";
import type { Role } from "@/domain/people/roles";
import { fillRules } from "@/domain/policies/filled";
import type { ApprovalRule } from "@/domain/policies/policy";
import { chance } from "../faults/testing/rounds";
import { getPromotion } from "./card";
import { createWorlds, type World } from "./testing/engine-world";
import { countWaiting } from "./waiting";

let world: World;
let promotion: { id: string; number: number };

const worlds = createWorlds(async (first) => {
  await first.begin();
  await first.mergeFeature("retry", { "src/retry.txt": "retry\n" });
});
beforeEach(async () => {
  world = await worlds.next();
  ({ promotion } = await world.open(world.staff.lead, "sprint/2026.21", "master"));
  await world.settle();
});
afterEach(() => world.stop());
afterAll(() => worlds.remove());

const rule = (key: string, minimum: number, roles: Role[]): ApprovalRule => ({
  key,
  name: key,
  minimum,
  roles: roles as ApprovalRule["roles"],
});

const askFor = (approvals: ApprovalRule[]) => sql`
  update promotion_revisions set rules = jsonb_set(rules, '{approvals}', ${JSON.stringify(approvals)}::jsonb)
  where promotion_id = ${promotion.id}`;

async function person(name: string, ...roles: Role[]): Promise<PersonActor> {
  const { id, email } = await givenPerson(world.db, { name, email: `${name}@example.com` });
  for (const role of roles) await givenGrant(world.db, id, role);
  const scope = { kind: "organisation", id: null } as const;
  return { kind: "person", personId: id, name, email, grants: roles.map((role) => ({ role, scope })) };
}

test("whose approval would still count is asked for it, although every rule has as many as it asks for", async () => {
  const [ada, ben, cleo] = [
    await person("ada", "developer"),
    await person("ben", "developer"),
    await person("cleo", "qa"),
  ];
  await audited(world.db, async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(askFor([rule("two", 2, ["developer", "tech_lead"]), rule("lead", 1, ["tech_lead"])]));
  });
  await world.approve(world.staff.second, promotion.number);
  await world.approve(ada, promotion.number);

  const card = await getPromotion(world.as(ben), { number: promotion.number });
  expect(card).toMatchObject({ promotion: { state: "awaiting_approval" }, missingApprovals: 1 });
  expect(card.rules).toMatchObject([
    { key: "two", given: 2, isWanted: true, includesYou: true },
    // The lead who approved may stand here, once somebody else stands where they are counted now.
    { key: "lead", given: 0, isWanted: true, people: expect.arrayContaining(["ben"]) },
  ]);
  expect(card.rules[1]?.people).not.toContain("ada");
  expect(card.rules[1]?.people).not.toContain("cleo");
  expect(card.rules[0]?.people).toEqual([]);
  expect(await countWaiting(world.as(ben))).toMatchObject({ count: 1 });
  expect(await countWaiting(world.as(cleo))).toMatchObject({ count: 0 });

  await world.approve(ben, promotion.number);
  await world.settle();
  expect(await world.find(promotion.number)).toMatchObject({ state: "succeeded" });
});

const ROLES: Role[] = ["developer", "tech_lead", "qa", "release_approver"];

test("the database and the rules say the same of any rules and any votes", async () => {
  const { next } = chance("wanted");
  const some = <T>(all: readonly T[]) => all.filter(() => next() < 0.45);
  const people = await Promise.all(Array.from({ length: 6 }, (_, n) => person(`voter-${n}`)));
  const seen = new Set<number>();
  for (let round = 0; round < 60; round++) {
    const rules = Array.from({ length: 1 + (round % 4) }, (_, n) => {
      const roles = some(ROLES);
      return rule(`r${n}`, 1 + Math.floor(next() * 2), roles.length > 0 ? roles : ["qa"]);
    });
    const voters = some(people).map(({ personId }) => ({ personId, roles: some(ROLES) }));
    const votersByRule = new Map(
      rules.map(({ key, roles }) => [
        key,
        new Set(
          voters
            .filter((voter) => voter.roles.some((role) => roles.some((one) => one === role)))
            .map(({ personId }) => personId),
        ),
      ]),
    );
    let told: { missing: number; rules: string[] } | undefined;
    const undone = world.db.transaction(async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`);
      await tx.execute(askFor(rules));
      for (const { personId, roles } of voters) {
        for (const role of roles)
          await tx.insert(grants).values({ personId, role, scopeKind: "organisation" });
        await tx.insert(votes).values({
          promotionId: promotion.id,
          revision: 1,
          personId,
          decision: "approve",
          subjectDigest: "0".repeat(64),
        });
      }
      const [row] = await tx
        .select({ told: sql<typeof told>`promotion_approvals(promotions)` })
        .from(promotions)
        .where(eq(promotions.id, promotion.id));
      told = row?.told;
      tx.rollback();
    });
    await expect(undone).rejects.toThrow("Rollback");
    const { missing, wanted } = fillRules(rules, votersByRule);
    expect({ round, missing: told?.missing, rules: [...(told?.rules ?? [])].sort() }).toEqual({
      round,
      missing,
      rules: [...wanted].sort(),
    });
    seen.add(missing);
  }
  expect(seen.size).toBeGreaterThan(1);
});
