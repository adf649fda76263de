import path from "node:path";
import { and, eq } from "drizzle-orm";
import { repositories } from "@/db/schema";
import { type Actor, type PersonActor, systemActor } from "@/domain/people/actor";
import { can } from "@/domain/permissions";
import { readTokenActor } from "../access-tokens/authenticate";
import type { Context } from "../context";
import { env } from "../env";
import { repositoryDirectory } from "../repositories/location";
import { readRepository } from "../repositories/read";
import type { GitHandlerOptions, GitPrincipal } from "./backend";

type TokenPrincipal = GitPrincipal & { readonly actor: PersonActor };

/** Who may clone and push: the holder of an access token, by the roles they have now in the repository's product. */
export function gitAccess(
  contextFor: (actor: Actor) => Context,
): Pick<GitHandlerOptions<TokenPrincipal>, "authenticate" | "locate" | "afterPush"> {
  const reading = contextFor(systemActor("git"));
  return {
    /** The token alone says who it is: any user name will do. */
    authenticate: async (_username, token) => {
      const actor = await readTokenActor(reading.db, token);
      return actor && { personId: actor.personId, actor };
    },
    locate: async ({ actor }, key) => {
      const [repository] = await reading.db
        .select({ productId: repositories.productId, directory: repositories.directory })
        .from(repositories)
        .where(and(eq(repositories.key, key), eq(repositories.state, "ready")));
      if (!repository || !can(actor, "git.read", repository)) return null;
      return {
        directory: repositoryDirectory(reading, repository),
        canWrite: can(actor, "git.push", repository),
        pullRequestUrl: `${env.publicUrl}/pull-requests/new?repository=${encodeURIComponent(key)}`,
      };
    },
    afterPush: async (directory) => {
      const [repository] = await reading.db
        .select({ id: repositories.id })
        .from(repositories)
        .where(eq(repositories.directory, path.basename(directory)));
      if (!repository) return;
      try {
        await readRepository(reading, repository.id);
      } catch (error) {
        // The push stands; whoever reads next finds its note.
        await reading.db.transaction((tx) =>
          reading.enqueue(tx, "repositories.read", { repositoryId: repository.id }),
        );
        throw error;
      }
    },
  };
}
