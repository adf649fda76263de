import { and, eq, isNull, or } from "drizzle-orm";
import { people, pushes, type repositories } from "@/db/schema";
import type { Actor } from "@/domain/people/actor";
import { change } from "../audit/change";
import type { Context } from "../context";
import type { SpooledPush } from "../git/push-spool";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_REFS_IN_AUDIT = 50;

/** Who last brought a ref to a commit, by its push. */
export type Pusher = { personId: string | null };

/**
 * Writes down what the hook noted, each push once whatever happens in between, in the name of whoever pushed.
 * Answers by `<ref> <new sha>`.
 */
export async function takePushes(
  ctx: Context,
  repository: typeof repositories.$inferSelect,
  spool: readonly SpooledPush[],
): Promise<Map<string, Pusher>> {
  const pushers = new Map<string, Pusher>();
  for (const push of spool) {
    const person = await readPerson(ctx, push.personId);
    const actor: Actor = person
      ? { kind: "person", personId: person.id, name: person.name, email: person.email, grants: [] }
      : ctx.actor;
    await change({ ...ctx, actor }, async (c) => {
      if (push.refs.length === 0) return;
      const isFoundByReading = and(eq(pushes.repositoryId, repository.id), isNull(pushes.personId));
      const taken = await c.db
        .insert(pushes)
        .values(
          push.refs.map((moved) => ({
            repositoryId: repository.id,
            personId: person?.id ?? null,
            pushKey: push.id,
            ref: moved.ref,
            oldSha: moved.oldSha,
            newSha: moved.newSha,
            pushedAt: c.now,
          })),
        )
        .onConflictDoNothing()
        .returning({ ref: pushes.ref });
      if (taken.length === 0) return;
      // A reading between the move and the hook's note has found the same moves without their person.
      if (person) {
        await c.db
          .delete(pushes)
          .where(
            and(
              isFoundByReading,
              or(
                ...push.refs.map((moved) => and(eq(pushes.ref, moved.ref), eq(pushes.newSha, moved.newSha))),
              ),
            ),
          );
      }
      c.audit({
        action: "repository.pushed",
        subject: {
          type: "repository",
          id: repository.id,
          label: repository.key,
          productId: repository.productId,
        },
        after: { refs: push.refs.slice(0, MAX_REFS_IN_AUDIT), count: push.refs.length },
      });
    });
    for (const moved of push.refs) {
      pushers.set(`${moved.ref} ${moved.newSha}`, { personId: person?.id ?? null });
    }
  }
  return pushers;
}

async function readPerson(ctx: Context, personId: string) {
  if (!UUID.test(personId)) return null;
  const [person] = await ctx.db
    .select({ id: people.id, name: people.name, email: people.email })
    .from(people)
    .where(eq(people.id, personId));
  return person ?? null;
}
