import { and, eq, isNull, sql } from "drizzle-orm";
import { grants, identities, installations, people } from "@/db/schema";
import type { SignInProblem } from "@/domain/people/sign-in-problems";
import { type Change, change } from "../audit/change";
import type { Context } from "../context";
import { readOwner } from "../people/addresses";
import { reconsiderAuthors } from "../people/reconsider";
import { announcePeople, personSubject } from "../people/rows";
import type { ProviderClaims } from "./claims";
import { syncGroupGrants } from "./group-grants";

export type Admission =
  | { kind: "admitted"; personId: string; identityId: string }
  | { kind: "refused"; problem: SignInProblem };

type Person = typeof people.$inferSelect;
type Identity = typeof identities.$inferSelect;

const refused = (problem: SignInProblem): Admission => ({ kind: "refused", problem });

/**
 * Decides who somebody that the identity provider vouches for is here, and what they may do: one transaction, with the
 * audit rows of all that it changes. Issuer and subject say who somebody is; an e-mail address never does by itself.
 * `administrator`: the identity that may enter, and set up, an installation that is not set up yet.
 */
export async function admit(
  ctx: Context,
  claims: ProviderClaims,
  administrator: { issuer: string; subject: string } | undefined,
): Promise<Admission> {
  return change(ctx, async (c) => {
    // Two tabs of a newcomer must not become two people.
    await c.db.execute(
      sql`select pg_advisory_xact_lock(hashtextextended(${`${claims.issuer} ${claims.subject}`}, 0))`,
    );
    const [installation] = await c.db.select().from(installations).for("share");
    const isFirst = !installation?.setUpAt;
    const isAdministrator =
      administrator?.issuer === claims.issuer && administrator.subject === claims.subject;
    if (isFirst && !isAdministrator) return refused("notSetUp");
    const { person: found, identity } = (await findKnown(c, claims)) ?? (await welcome(c, claims));
    if (!found.isActive) {
      return refused((await isAddressOfAnother(c, found, claims)) ? "addressTaken" : "inactive");
    }
    const person = await takeOver(c, found, claims);
    if (isFirst) await makeAdministrator(c, person);
    await syncGroupGrants(c, person);
    c.audit({
      action: "person.signed_in",
      subject: personSubject(person),
      after: { issuer: claims.issuer, subject: claims.subject },
    });
    return { kind: "admitted", personId: person.id, identityId: identity.id };
  });
}

/** Somebody who was here before, as who they are found to be by now; what the provider says of them is noted. */
async function findKnown(
  c: Change,
  claims: ProviderClaims,
): Promise<{ person: Person; identity: Identity } | null> {
  const [identity] = await c.db
    .update(identities)
    .set({ email: claims.email, groups: claims.groups, lastSignInAt: sql`clearway_now()` })
    .where(and(eq(identities.issuer, claims.issuer), eq(identities.subject, claims.subject)))
    .returning();
  if (!identity) return null;
  const [person] = await c.db
    .select()
    .from(people)
    .where(eq(people.id, sql`canonical_person(${identity.personId})`));
  return person ? { person, identity } : null;
}

/**
 * The name that the provider gives and the address that it confirms are the person's from now on, unless somebody else
 * has the address or had it. Commits with their older addresses stay theirs. Of two identities that were found to be
 * one person at a provider, neither decides what the person is called.
 */
async function takeOver(c: Change, person: Person, claims: ProviderClaims): Promise<Person> {
  const name = claims.isNamed ? claims.name : person.name;
  const isNew = claims.isEmailVerified === true && claims.email !== person.email.toLowerCase();
  const isTheirs = isNew && !(await isAddressOfAnother(c, person, claims));
  const email = (isTheirs && claims.email) || person.email;
  if (name === person.name && email === person.email) return person;
  const own = and(eq(identities.personId, person.id), eq(identities.issuer, claims.issuer));
  if ((await c.db.$count(identities, own)) > 1) return person;
  await c.db.update(people).set({ name, email }).where(eq(people.id, person.id));
  const next = { ...person, name, email };
  c.audit({
    action: "person.edited",
    subject: personSubject(next),
    before: { name: person.name, email: person.email },
    after: { name, email },
    reason: "The identity provider says so.",
  });
  await reconsiderAuthors(c, email);
  announcePeople(c, person.id);
  return next;
}

/** A new identity: of the person that an administrator entered under its confirmed address, or of a new one. */
async function welcome(c: Change, claims: ProviderClaims): Promise<{ person: Person; identity: Identity }> {
  const person = (await findInvited(c, claims)) ?? (await addPerson(c, claims));
  const { issuer, subject, email, groups } = claims;
  const [identity] = await c.db
    .insert(identities)
    .values({ personId: person.id, issuer, subject, email, groups, lastSignInAt: sql`clearway_now()` })
    .returning();
  if (!identity) throw new Error("the identity was not inserted");
  c.audit({ action: "identity.added", subject: personSubject(person), after: { issuer, subject, email } });
  return { person, identity };
}

async function findInvited(c: Change, { email, isEmailVerified }: ProviderClaims): Promise<Person | null> {
  if (email === null || !isEmailVerified) return null;
  const [person] = await c.db
    .select()
    .from(people)
    .where(
      and(
        eq(sql`lower(${people.email})`, email),
        eq(people.isActive, true),
        isNull(people.sameAsId),
        sql`not exists (select 1 from identities i where i.person_id = ${people}.id)`,
      ),
    )
    .for("update");
  return person ?? null;
}

/**
 * An address that somebody else has here makes the newcomer closed until an administrator links the two: with the same
 * address they are most likely one human being, who must not have two votes. An address that the provider itself calls
 * unconfirmed is not taken: it would be kept from whoever it belongs to, and their commits would be the newcomer's.
 */
async function addPerson(c: Change, { name, email, isEmailVerified }: ProviderClaims): Promise<Person> {
  const id = crypto.randomUUID();
  const isTaken = email !== null && (await readOwner(c.db, email)) !== null;
  const isTheirs = email !== null && !isTaken && isEmailVerified !== false;
  const values = {
    id,
    name,
    email: isTheirs ? email : `${id}@unknown.invalid`,
    isActive: !isTaken,
  };
  const [person] = await c.db.insert(people).values(values).returning();
  if (!person) throw new Error("the person was not inserted");
  await reconsiderAuthors(c, person.email);
  c.audit({
    action: "person.added",
    subject: personSubject(person),
    after: { name, email: person.email, isActive: person.isActive },
    ...(isTaken ? { reason: `Somebody else has the address ${email} here.` } : {}),
  });
  return person;
}

/** Somebody else has it, or had it before. */
async function isAddressOfAnother(c: Change, person: Person, { email }: ProviderClaims): Promise<boolean> {
  const owner = email === null ? null : await readOwner(c.db, email);
  return owner !== null && owner.personId !== person.id;
}

/** Before set-up, whom the configuration names administers. */
async function makeAdministrator(c: Change, person: Person): Promise<void> {
  const [grant] = await c.db
    .insert(grants)
    .values({
      personId: person.id,
      role: "platform_admin",
      scopeKind: "organisation",
      origin: "installation",
    })
    .onConflictDoNothing()
    .returning();
  if (!grant) return;
  c.audit({
    action: "grant.given",
    subject: personSubject(person),
    after: { role: "platform_admin", scopeKind: "organisation", scopeId: null },
    reason: "The configuration names the first administrator.",
  });
}
