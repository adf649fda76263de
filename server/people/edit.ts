import { eq, sql } from "drizzle-orm";
import { people } from "@/db/schema";
import { conflict, DomainError, invalid } from "@/domain/errors";
import type { EditPerson } from "@/domain/people/input";
import { type Change, change } from "../audit/change";
import type { Context } from "../context";
import { addressKey, readOwner } from "./addresses";
import { reconsiderAuthors } from "./reconsider";
import { announcePeople, demandManage, lockPerson, type PersonRow, personSubject } from "./rows";

/**
 * Corrects a name or an address. What the provider says at the next sign-in counts again, and commits with the address
 * before stay this person's. The address of who never signed in is how they are met: not under a role given by two.
 */
export async function editPerson(ctx: Context, { personId, name, email }: EditPerson) {
  demandManage(ctx);
  return change(ctx, async (c) => {
    const person = await lockPerson(c.db, personId);
    if (person.sameAsId) throw invalid("This person is linked to another. Correct that one.");
    if (name === person.name && email === person.email) throw conflict("Nothing is different.");
    if (addressKey(email) !== addressKey(person.email)) await demandMovable(c, person, email);
    await c.db.update(people).set({ name, email }).where(eq(people.id, person.id));
    c.audit({
      action: "person.edited",
      subject: personSubject({ id: person.id, name }),
      before: { name: person.name, email: person.email },
      after: { name, email },
    });
    await reconsiderAuthors(c, email);
    announcePeople(c, person.id);
    return { personId: person.id, name, email };
  });
}

/** Refused where somebody else has the address, or had it: commits with it are theirs. */
export async function demandFree(c: Change, email: string, exceptId?: string): Promise<void> {
  const owner = await readOwner(c.db, email);
  if (!owner || owner.personId === exceptId) return;
  throw conflict(
    owner.isPresent
      ? `${owner.name} has this address already.`
      : `${owner.name} had this address before, and commits with it stay theirs.`,
  );
}

/** The database refuses both again (keep_address, guard_invitation). */
async function demandMovable(c: Change, person: PersonRow, email: string): Promise<void> {
  await demandFree(c, email, person.id);
  const { rows } = await c.db.execute<{ isAwaited: boolean }>(sql`
    select not exists (select 1 from identities where person_id = ${person.id})
      and (exists (select 1 from grants where person_id = ${person.id} and revoked_at is null and role_needs_two(role))
        or exists (select 1 from access_requests where person_id = ${person.id} and decision is null)) as "isAwaited"`);
  if (rows[0]?.isAwaited) {
    throw new DomainError(
      "SECOND_ADMINISTRATOR",
      `Whoever signs in first with the address gets the roles of ${person.name}, and one of them takes two administrators. Revoke it or take its request back, correct the address, then ask for it anew.`,
    );
  }
}
