import { eq, inArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { accessRequests, identities, people, promotionContributors, promotions, votes } from "@/db/schema";
import { conflict, DomainError, invalid, notFound } from "@/domain/errors";
import { needsSecondAdministrator } from "@/domain/people/access";
import type { GrantScope } from "@/domain/people/actor";
import type { LinkPeople, PreviewLink } from "@/domain/people/input";
import type { Role } from "@/domain/people/roles";
import { isIn, RUNNING_STATES, WAITING_STATES } from "@/domain/promotions/status";
import { type Change, change } from "../audit/change";
import type { Context } from "../context";
import { announcePromotion, promotionSubject } from "../promotions/move";
import { ask, liveGrants, revokeRow } from "./access";
import { endAll } from "./activity";
import { reconsiderVotes } from "./reconsider";
import {
  announcePeople,
  demandAnotherAdministrator,
  demandManage,
  lockPerson,
  type PersonRow,
  personSubject,
  readScopeName,
  roleInWords,
} from "./rows";

/** Who stays and who ends: whoever others are linked to stays, otherwise the one that was named first. */
async function direct(db: Db, input: PreviewLink): Promise<{ keepId: string; foldId: string }> {
  if (input.personId === input.otherId) throw invalid("These are one already.");
  const rows = await db
    .select({ id: people.id, sameAsId: people.sameAsId })
    .from(people)
    .where(inArray(people.id, [input.personId, input.otherId]));
  if (rows.length < 2) throw notFound("person");
  if (rows.some(({ sameAsId }) => sameAsId !== null)) {
    throw invalid("One of them is linked already. Choose the person it is linked to.");
  }
  const targets = await db
    .selectDistinct({ id: people.sameAsId })
    .from(people)
    .where(inArray(people.sameAsId, [input.personId, input.otherId]));
  if (targets.length > 1) {
    throw conflict("Others are linked to both of them, and a link is for ever: these two cannot be linked.");
  }
  return targets[0]?.id === input.otherId
    ? { keepId: input.otherId, foldId: input.personId }
    : { keepId: input.personId, foldId: input.otherId };
}

type Touched = {
  id: string;
  number: number;
  title: string;
  state: (typeof promotions.$inferSelect)["state"];
  /** A vote of either that stops counting: the other one had a hand in it, or whoever cast it ends. */
  losesVote: boolean;
};

/** Promotions on their way in which both names meet, or in which the one that ends has voted. */
async function readTouched(
  db: Db,
  { keepId, foldId }: { keepId: string; foldId: string },
): Promise<Touched[]> {
  const pair = sql`(${keepId}::uuid, ${foldId}::uuid)`;
  const { rows } = await db.execute<Touched>(sql`
    select p.id, p.number, p.title, p.state,
      exists (select 1 from votes v where v.promotion_id = p.id and v.revision = p.revision and v.voided_at is null
        and v.decision = 'approve' and v.person_id in ${pair}
        and (v.person_id = ${foldId}::uuid or exists (
          select 1 from promotion_contributors c where c.promotion_id = p.id and c.person_id in ${pair}))) as "losesVote"
    from promotions p
    where p.state in ${[...WAITING_STATES, ...RUNNING_STATES]}
      and (exists (select 1 from promotion_contributors c where c.promotion_id = p.id and c.person_id = ${foldId}::uuid)
        or exists (select 1 from votes v where v.promotion_id = p.id and v.revision = p.revision and v.voided_at is null and v.person_id in ${pair}))
    order by p.number`);
  return rows;
}

type Held = Awaited<ReturnType<typeof liveGrants>>[number];

/**
 * Roles by two of whoever stays that the identities of the other would get with the link. Given ones are asked for
 * anew; what follows from a group cannot be, so the link is refused.
 */
async function widened(db: Db, keepId: string, foldId: string): Promise<Held[]> {
  const moving = await db.$count(identities, eq(identities.personId, foldId));
  if (moving === 0) return [];
  const [kept, folded] = [await liveGrants(db, keepId), await liveGrants(db, foldId)];
  return kept.filter(
    (grant) =>
      needsSecondAdministrator(grant.role, 2) &&
      !folded.some(
        (other) =>
          other.role === grant.role &&
          (other.scopeKind === "organisation" ||
            (other.scopeKind === grant.scopeKind && other.scopeId === grant.scopeId)),
      ),
  );
}

const isByGroup = ({ groupRoleId }: Held) => groupRoleId !== null;

/**
 * Does a group that only one of the two is in mean a role by two? At the next sign-in, whichever of their identities is
 * used, whoever stays has what any of them is a member of: one administrator would have given the role to the other's.
 */
async function meansMoreToOne(
  db: Db,
  { keepId, foldId }: { keepId: string; foldId: string },
): Promise<boolean> {
  const { rows } = await db.execute<{ role: Role }>(sql`
    select g.role from group_roles g,
      (values (${keepId}::uuid, ${foldId}::uuid), (${foldId}::uuid, ${keepId}::uuid)) as pair(member, other)
    where g.revoked_at is null
      and exists (select 1 from identities i where i.person_id = pair.member and g.group_name = any (i.groups))
      and exists (select 1 from identities i where i.person_id = pair.other)
      and not exists (select 1 from identities i where i.person_id = pair.other and g.group_name = any (i.groups))
      and not exists (select 1 from grants h where h.person_id = pair.other and h.revoked_at is null and h.role = g.role
        and (h.scope_kind = 'organisation' or (h.scope_kind = g.scope_kind and h.scope_id is not distinct from g.scope_id)))`);
  return rows.some(({ role }) => needsSecondAdministrator(role, 2));
}

/** What a link would do, before it is done. It is never undone. */
export async function previewLink(ctx: Context, input: PreviewLink) {
  const actor = demandManage(ctx);
  const ids = await direct(ctx.db, input);
  const [keep, fold] = await Promise.all([readPerson(ctx.db, ids.keepId), readPerson(ctx.db, ids.foldId)]);
  const [touched, wide, isOneSided, ending, moving] = await Promise.all([
    readTouched(ctx.db, ids),
    widened(ctx.db, ids.keepId, ids.foldId),
    meansMoreToOne(ctx.db, ids),
    liveGrants(ctx.db, ids.foldId),
    ctx.db.$count(identities, eq(identities.personId, ids.foldId)),
  ]);
  const name = async (grant: Held) =>
    roleInWords(grant.role, await readScopeName(ctx.db, { kind: grant.scopeKind, id: grant.scopeId }));
  return {
    keep: { id: keep.id, name: keep.name },
    fold: { id: fold.id, name: fold.name },
    promotions: touched.map(({ number, title, state, losesVote }) => ({
      number,
      title,
      losesVote,
      isRunning: isIn(state, RUNNING_STATES),
    })),
    rolesEnding: await Promise.all(ending.map(name)),
    rolesAskedAnew: await Promise.all(wide.filter((grant) => !grant.groupRoleId).map(name)),
    identitiesMoving: moving,
    refusal: refusalOf(actor.personId, ids, isOneSided || wide.some(isByGroup)),
  };
}

function refusalOf(
  actorId: string,
  { keepId, foldId }: { keepId: string; foldId: string },
  isGivenByGroup: boolean,
): string | null {
  if (actorId === keepId || actorId === foldId) {
    return "One of them is you. Another administrator links you.";
  }
  if (isGivenByGroup) {
    return "One of them decides or administers by a group that the other is not in, and the link would give that to the other's sign-in. Put both in the group, or take them out of it, and link them then.";
  }
  return null;
}

/** Two names of one human being become one, in one transaction: four eyes mean two people from here on. */
export async function linkPeople(ctx: Context, input: LinkPeople) {
  const actor = demandManage(ctx);
  const ids = await direct(ctx.db, input);
  const { keepId, foldId } = ids;
  return change(ctx, async (c) => {
    // Promotions first: votes and workers lock them before anything of a person.
    const touched = await readTouched(c.db, ids);
    const rows = touched.length
      ? await c.db
          .select()
          .from(promotions)
          .where(
            inArray(
              promotions.id,
              touched.map(({ id }) => id),
            ),
          )
          .orderBy(promotions.id)
          .for("update")
      : [];
    const [lower = "", higher = ""] = [keepId, foldId].sort();
    const first = await lockPerson(c.db, lower);
    const second = await lockPerson(c.db, higher);
    const [keep, fold] = first.id === keepId ? [first, second] : [second, first];
    if (fold.sameAsId || keep.sameAsId) throw conflict("One of them was linked meanwhile. Look again.");
    const wide = await widened(c.db, keepId, foldId);
    const isGivenByGroup = (await meansMoreToOne(c.db, ids)) || wide.some(isByGroup);
    const refusal = refusalOf(actor.personId, ids, isGivenByGroup);
    if (refusal) throw new DomainError("FORBIDDEN", refusal);
    if (input.name.trim() !== fold.name.trim()) {
      throw invalid(`Type the name of who ends, "${fold.name}", to confirm.`);
    }
    const ended = await endFolded(c, keep, fold, input.reason);
    const asked = await askAnew(c, keep, wide, actor.personId);
    await demandAnotherAdministrator(c, null);
    for (const promotion of rows) await meet(c, promotion, keep, fold);
    c.audit({
      action: "person.linked",
      subject: personSubject(fold),
      after: { sameAs: keep.name, sameAsId: keep.id, roles: ended, rolesAskedAnew: asked },
      reason: input.reason,
    });
    c.audit({
      action: "person.found_the_same",
      subject: personSubject(keep),
      after: { as: fold.name, asId: fold.id, rolesAskedAnew: asked },
      reason: input.reason,
    });
    await reconsiderVotes(c, [keepId, foldId]);
    for (const { id, state } of rows) {
      if (isIn(state, WAITING_STATES))
        await c.enqueue("promotions.evaluate", { promotionId: id }, { priority: -10 });
    }
    announcePeople(c, keepId);
    announcePeople(c, foldId);
    return { personId: keepId };
  });
}

/** Ends what the folded person had, moves their identities, and takes back what either gave the other. */
async function endFolded(c: Change, keep: PersonRow, fold: PersonRow, reason: string): Promise<string[]> {
  const words: string[] = [];
  for (const grant of await liveGrants(c.db, fold.id)) {
    words.push(await revokeNamed(c, fold, grant, reason));
  }
  const { rows: own } = await c.db.execute<{ id: string }>(sql`
    select g.id from grants g left join access_requests r on r.id = g.access_request_id
    where g.person_id = ${keep.id} and g.revoked_at is null
      and (g.granted_by_id = ${fold.id} or r.requested_by_id = ${fold.id} or r.decided_by_id = ${fold.id})`);
  for (const grant of await liveGrants(c.db, keep.id)) {
    if (own.some(({ id }) => id === grant.id)) {
      await revokeNamed(c, keep, grant, `${fold.name} had a hand in giving it, and is the same person`);
    }
  }
  // What waits for either as asked for by the other would be a role for oneself.
  await c.db
    .update(accessRequests)
    .set({
      decision: "refused",
      decidedById: c.actor.kind === "person" ? c.actor.personId : null,
      decidedAt: c.now,
    })
    .where(
      sql`${accessRequests.decision} is null and (person_id = ${fold.id} or (person_id = ${keep.id} and requested_by_id = ${fold.id}))`,
    );
  await endAll(c, fold.id);
  await c.db.update(people).set({ isActive: false, sameAsId: keep.id }).where(eq(people.id, fold.id));
  await c.db.update(identities).set({ personId: keep.id }).where(eq(identities.personId, fold.id));
  return words;
}

async function revokeNamed(c: Change, person: PersonRow, grant: Held, reason: string): Promise<string> {
  const scope: GrantScope = { kind: grant.scopeKind, id: grant.scopeId };
  const words = roleInWords(grant.role, await readScopeName(c.db, scope));
  await revokeRow(c, person, grant.id, words, reason);
  return words;
}

/** Another identity signs in as this person from now on: roles by two are agreed to with that in mind. */
async function askAnew(c: Change, keep: PersonRow, wide: readonly Held[], by: string): Promise<string[]> {
  const words: string[] = [];
  const left = new Set((await liveGrants(c.db, keep.id)).map(({ id }) => id));
  for (const grant of wide.filter(({ id }) => left.has(id))) {
    const scope: GrantScope = { kind: grant.scopeKind, id: grant.scopeId };
    const scopeName = await readScopeName(c.db, scope);
    const reason = "Another identity was linked to this person";
    words.push(await revokeNamed(c, keep, grant, reason));
    await ask(c, by, { personId: keep.id, role: grant.role, scope, reason }, keep.name, scopeName);
  }
  return words;
}

/** On a waiting promotion votes become void; one that is under way is not broken off, but marked for review. */
async function meet(
  c: Change,
  promotion: typeof promotions.$inferSelect,
  keep: PersonRow,
  fold: PersonRow,
): Promise<void> {
  if (isIn(promotion.state, RUNNING_STATES)) {
    c.audit({
      action: "promotion.marked_for_review",
      subject: promotionSubject(promotion),
      after: { samePerson: [keep.name, fold.name] },
      reason: "Two who had a part in this were found to be one person after it had started.",
    });
    announcePromotion(c, promotion);
    return;
  }
  await c.db
    .update(votes)
    .set({ voidedAt: c.now, voidReason: `${fold.name} is the same person as ${keep.name}` })
    .where(
      sql`${votes.promotionId} = ${promotion.id} and person_id = ${fold.id} and decision = 'approve' and voided_at is null`,
    );
  const [hand] = await c.db
    .select({ personId: promotionContributors.personId })
    .from(promotionContributors)
    .where(
      sql`${promotionContributors.promotionId} = ${promotion.id} and ${promotionContributors.personId} = ${fold.id}`,
    )
    .limit(1);
  // The trigger voids the vote of whoever becomes a contributor.
  if (hand) {
    await c.db
      .insert(promotionContributors)
      .values({ promotionId: promotion.id, personId: keep.id, why: "linked" })
      .onConflictDoNothing();
  }
  c.audit({
    action: "promotion.voters_linked",
    subject: promotionSubject(promotion),
    after: { samePerson: [keep.name, fold.name] },
  });
  announcePromotion(c, promotion);
}

async function readPerson(db: Db, id: string): Promise<PersonRow> {
  const [row] = await db.select().from(people).where(eq(people.id, id));
  if (!row) throw notFound("person");
  return row;
}
