import {
  defaultShouldDehydrateQuery,
  MutationCache,
  QueryCache,
  QueryClient,
  type QueryKey,
} from "@tanstack/react-query";
import superjson from "superjson";
import { tellSignedOut } from "@/components/live/signed-out";
import { showToast } from "@/components/ui/toast-queue";
import type { RefusalCode } from "@/domain/errors";
import { tell } from "./refusal";

declare module "@tanstack/react-query" {
  // biome-ignore lint/style/useConsistentTypeDefinitions: the library's own type is completed by declaring it again
  interface Register {
    mutationMeta: {
      /** Asked for again once it succeeded; after a refusal too, since what was seen was then not what is. */
      invalidates?: readonly QueryKey[];
      /** Refusals that the form shows beside its fields: no message besides. */
      tellsItself?: readonly RefusalCode[];
    };
  }
}

/** Told apart from the rest: these mean that the page was older than the facts. */
const OUTDATED: ReadonlySet<RefusalCode> = new Set([
  "STALE_SUBJECT",
  "STALE_WRITE",
  "APPROVAL_CLOSED",
  "ALREADY_VOTED",
  "TOO_LATE",
  "CONFLICT",
  "SLOT_BUSY",
  "STEP_UP_REQUIRED",
]);

/** For server and browser alike. The one place where errors become words and where mutations make queries stale. */
export function makeQueryClient(): QueryClient {
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError(error, query) {
        if (typeof window === "undefined") return;
        const told = tell(error);
        if (told.code === "UNAUTHENTICATED") return askToSignIn();
        // Without data the page shows the error itself; with data an old picture stays and only this is said.
        if (query.state.data !== undefined && !told.isTransient) {
          showToast({ tone: "error", title: told.sentence, id: told.sentence });
        }
      },
    }),
    mutationCache: new MutationCache({
      onError(error, _variables, _context, mutation) {
        const told = tell(error);
        if (told.code === "UNAUTHENTICATED") return askToSignIn();
        if (told.code && OUTDATED.has(told.code)) invalidate(client, mutation.meta?.invalidates);
        if (told.code && mutation.meta?.tellsItself?.includes(told.code)) return;
        showToast({ tone: "error", title: told.sentence, id: told.sentence });
      },
      onSuccess(_data, _variables, _context, mutation) {
        invalidate(client, mutation.meta?.invalidates);
      },
    }),
    defaultOptions: {
      queries: {
        // Live events make things stale; time does so only for a tab that has missed them.
        staleTime: 60_000,
        retry: (failures, error) => failures < 2 && tell(error).isTransient,
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 5_000),
      },
      mutations: { retry: false, networkMode: "always" },
      dehydrate: {
        serializeData: superjson.serialize,
        shouldDehydrateQuery: (query) =>
          defaultShouldDehydrateQuery(query) || query.state.status === "pending",
        shouldRedactErrors: () => false,
      },
      hydrate: { deserializeData: superjson.deserialize },
    },
  });
  return client;
}

function invalidate(client: QueryClient, keys: readonly QueryKey[] | undefined): void {
  for (const queryKey of keys ?? []) void client.invalidateQueries({ queryKey });
}

/**
 * The session has ended. The page stays with what is being typed on it, and its notice leads on; where none is
 * shown, the person comes back to this very page afterwards.
 */
function askToSignIn(): void {
  const { pathname, search } = window.location;
  if (pathname === "/sign-in" || tellSignedOut()) return;
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
}
