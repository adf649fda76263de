import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { accessRequests, grants, groupRoles } from "@/db/schema";
import { conflict, DomainError, invalid, notFound } from "@/domain/errors";
import { clashOfDuties, needsSecondAdministrator } from "@/domain/people/access";
import type { GrantScope } from "@/domain/people/actor";
import type { AddGroupRole, DecideAccessRequest, GrantRole, RevokeGrant } from "@/domain/people/input";
import type { Role } from "@/domain/people/roles";
import { type Change, change } from "../audit/change";
import type { Context } from "../context";
import { insertGroupRole } from "./group-roles";
import { reconsiderVotes } from "./reconsider";
import {
  announcePeople,
  countAdministrators,
  demandAnotherAdministrator,
  demandManage,
  lockPerson,
  personSubject,
  readAdministrators,
  readScopeInUse,
  readScopeName,
  roleInWords,
} from "./rows";

/** Given at once, or waiting for a second administrator. */
export type AccessAnswer = { outcome: "given" | "asked"; id: string };

type Wish = {
  role: Role;
  scope: GrantScope;
  reason: string;
} & ({ personId: string } | { groupName: string });

/** Gives a person a role, or asks another administrator to agree where the role takes two. */
export async function grantRole(ctx: Context, input: GrantRole): Promise<AccessAnswer> {
  const actor = demandManage(ctx);
  return change(ctx, async (c) => {
    const person = await lockPerson(c.db, input.personId);
    if (person.id === actor.personId) throw selfGrant();
    if (person.sameAsId) throw invalid("This person is linked to another. Give the role to that one.");
    if (!person.isActive) throw conflict("This person is not active. Activate them first.");
    const scopeName = await readScopeInUse(c.db, input.scope);
    const held = await liveGrants(c.db, person.id);
    const clash = clashOfDuties(
      input.role,
      held.map((grant) => grant.role),
    );
    if (clash) throw new DomainError("SEPARATION_OF_DUTIES", clash);
    if (held.some((grant) => grant.groupRoleId === null && isSame(grant, input))) {
      throw conflict(`${person.name} has this role there already.`);
    }
    if (!needsSecondAdministrator(input.role, await countAdministrators(c.db))) {
      const id = await insertGrant(c, person, input, scopeName, { by: actor.personId, requestId: null });
      return { outcome: "given", id };
    }
    return { outcome: "asked", id: await ask(c, actor.personId, input, person.name, scopeName) };
  });
}

/** What a group is to mean; the same way. */
export async function addGroupRole(ctx: Context, input: AddGroupRole): Promise<AccessAnswer> {
  const actor = demandManage(ctx);
  return change(ctx, async (c) => {
    const scopeName = await readScopeInUse(c.db, input.scope);
    const [same] = await c.db
      .select({ id: groupRoles.id })
      .from(groupRoles)
      .where(
        and(
          eq(groupRoles.groupName, input.groupName),
          eq(groupRoles.role, input.role),
          eq(groupRoles.scopeKind, input.scope.kind),
          sql`${groupRoles.scopeId} is not distinct from ${input.scope.id}::uuid`,
          isNull(groupRoles.revokedAt),
        ),
      );
    if (same) throw conflict("This group means that already.");
    if (!needsSecondAdministrator(input.role, await countAdministrators(c.db))) {
      const id = await insertGroupRole(c, input, scopeName, { by: actor.personId, requestId: null });
      return { outcome: "given", id };
    }
    return { outcome: "asked", id: await ask(c, actor.personId, input, input.groupName, scopeName) };
  });
}

/** Agrees to, refuses or takes back a request. Agreeing gives the role in the same transaction. */
export async function decideAccessRequest(ctx: Context, input: DecideAccessRequest) {
  const actor = demandManage(ctx);
  return change(ctx, async (c) => {
    const [request] = await c.db
      .select()
      .from(accessRequests)
      .where(eq(accessRequests.id, input.requestId))
      .for("update");
    if (!request) throw notFound("request");
    if (request.decision) throw conflict("This request was decided meanwhile.");
    if (input.decision === "agreed" && request.requestedById === actor.personId) {
      throw new DomainError("SECOND_ADMINISTRATOR", await whoElse(c, request.personId, actor.personId));
    }
    const scope: GrantScope = { kind: request.scopeKind, id: request.scopeId };
    const wish = { role: request.role, scope, reason: request.reason };
    const read = input.decision === "agreed" ? readScopeInUse : readScopeName;
    const scopeName = await read(c.db, scope);
    const person = request.personId ? await lockPerson(c.db, request.personId) : null;
    if (input.decision === "agreed" && person && !person.isActive) {
      throw conflict("This person is not active any more. Refuse this, or activate them first.");
    }
    await c.db
      .update(accessRequests)
      .set({ decision: input.decision, decidedById: actor.personId, decidedAt: c.now })
      .where(eq(accessRequests.id, request.id));
    const label = person?.name ?? request.groupName ?? "";
    c.audit({
      action: `access_request.${input.decision}`,
      subject: person ? personSubject(person) : { type: "group", id: label, label },
      after: { requestId: request.id, role: request.role, where: scopeName },
      reason: request.reason,
    });
    announcePeople(c, request.personId ?? request.id);
    if (input.decision !== "agreed") return { decision: input.decision };
    const given = { by: actor.personId, requestId: request.id };
    if (person) await insertGrant(c, person, wish, scopeName, given);
    else await insertGroupRole(c, { ...wish, groupName: label }, scopeName, given);
    return { decision: input.decision };
  });
}

/** Counts from the next request on; votes of theirs that wait for others are counted anew. */
export async function revokeGrant(ctx: Context, input: RevokeGrant) {
  demandManage(ctx);
  return change(ctx, async (c) => {
    const [found] = await c.db.select().from(grants).where(eq(grants.id, input.grantId));
    if (!found) throw notFound("role");
    const person = await lockPerson(c.db, found.personId);
    const grant = (await liveGrants(c.db, person.id)).find(({ id }) => id === found.id);
    if (!grant) throw conflict("This role was revoked already.");
    if (grant.groupRoleId) {
      throw conflict(
        "This role comes from a group. Take the person out of the group, or revoke what the group means.",
      );
    }
    if (grant.role === "platform_admin") await demandAnotherAdministrator(c, person.id);
    const scope: GrantScope = { kind: grant.scopeKind, id: grant.scopeId };
    await revokeRow(
      c,
      person,
      grant.id,
      roleInWords(grant.role, await readScopeName(c.db, scope)),
      input.reason,
    );
    await reconsiderVotes(c, [person.id]);
    announcePeople(c, person.id);
    return { personId: person.id, role: grant.role, scope };
  });
}

export function liveGrants(db: Db, personId: string) {
  return db
    .select()
    .from(grants)
    .where(and(eq(grants.personId, personId), isNull(grants.revokedAt)))
    .orderBy(grants.createdAt, grants.id);
}

export async function revokeRow(
  c: Change,
  person: { id: string; name: string },
  grantId: string,
  words: string,
  reason: string,
): Promise<void> {
  await c.db.update(grants).set({ revokedAt: c.now }).where(eq(grants.id, grantId));
  c.audit({
    action: "grant.revoked",
    subject: personSubject(person),
    before: { role: words, grantId },
    reason,
  });
}

/** A wish that waits for a second administrator. */
export async function ask(
  c: Change,
  by: string,
  wish: Wish,
  label: string,
  scopeName: string,
): Promise<string> {
  const personId = "personId" in wish ? wish.personId : null;
  const groupName = "groupName" in wish ? wish.groupName : null;
  const [open] = await c.db
    .select({ id: accessRequests.id })
    .from(accessRequests)
    .where(
      and(
        isNull(accessRequests.decision),
        eq(accessRequests.role, wish.role),
        eq(accessRequests.scopeKind, wish.scope.kind),
        sql`${accessRequests.scopeId} is not distinct from ${wish.scope.id}::uuid`,
        sql`${accessRequests.personId} is not distinct from ${personId}::uuid`,
        sql`${accessRequests.groupName} is not distinct from ${groupName}`,
      ),
    );
  if (open) throw conflict("This has been asked for already and waits for a second administrator.");
  const [row] = await c.db
    .insert(accessRequests)
    .values({
      personId,
      groupName,
      role: wish.role,
      scopeKind: wish.scope.kind,
      scopeId: wish.scope.id,
      reason: wish.reason,
      requestedById: by,
      createdAt: c.now,
    })
    .returning({ id: accessRequests.id });
  if (!row) throw new Error("insert returned no row");
  c.audit({
    action: "access_request.made",
    subject: personId ? personSubject({ id: personId, name: label }) : { type: "group", id: label, label },
    after: { requestId: row.id, role: wish.role, where: scopeName },
    reason: wish.reason,
  });
  announcePeople(c, personId ?? row.id);
  return row.id;
}

async function insertGrant(
  c: Change,
  person: { id: string; name: string },
  wish: { role: Role; scope: GrantScope; reason: string },
  scopeName: string,
  given: { by: string; requestId: string | null },
): Promise<string> {
  const [row] = await c.db
    .insert(grants)
    .values({
      personId: person.id,
      role: wish.role,
      scopeKind: wish.scope.kind,
      scopeId: wish.scope.id,
      origin: "person",
      grantedById: given.by,
      accessRequestId: given.requestId,
      createdAt: c.now,
    })
    .returning({ id: grants.id });
  if (!row) throw new Error("insert returned no row");
  c.audit({
    action: "grant.given",
    subject: personSubject(person),
    after: {
      role: roleInWords(wish.role, scopeName),
      grantId: row.id,
      ...(given.requestId ? { requestId: given.requestId } : {}),
    },
    reason: wish.reason,
  });
  await reconsiderVotes(c, [person.id]);
  announcePeople(c, person.id);
  return row.id;
}

function isSame(
  grant: { role: Role; scopeKind: GrantScope["kind"]; scopeId: string | null },
  wish: { role: Role; scope: GrantScope },
): boolean {
  return grant.role === wish.role && grant.scopeKind === wish.scope.kind && grant.scopeId === wish.scope.id;
}

function selfGrant(): DomainError {
  return new DomainError("SELF_GRANT", "Nobody gives themselves a role. Another administrator can.");
}

async function whoElse(c: Change, personId: string | null, actorId: string): Promise<string> {
  const others = await readAdministrators(c.db, [actorId, ...(personId ? [personId] : [])]);
  return others.length > 0
    ? `You asked for this, so another administrator agrees: ${others.map(({ name }) => name).join(", ")}.`
    : "You asked for this, and there is no other administrator who could agree. Appoint one first.";
}
