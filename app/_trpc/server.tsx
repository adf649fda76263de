import "server-only";
import {
  defaultShouldDehydrateQuery,
  dehydrate,
  type FetchQueryOptions,
  HydrationBoundary,
  hashKey,
  type QueryKey,
} from "@tanstack/react-query";
import { TRPCError } from "@trpc/server";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { notFound } from "next/navigation";
import { cache, type ReactNode } from "react";
import { makeQueryClient } from "@/components/trpc/query-client";
import { createContext } from "@/server/trpc/create-context";
import { appRouter } from "@/server/trpc/root";

/** One cache a request: what the layout and the page fetch goes to the browser once. */
export const getQueryClient = cache(makeQueryClient);

/** The router in this process, with the same options as in the browser: what is prefetched here is found there. */
export const trpc = createTRPCOptionsProxy({
  ctx: createContext,
  router: appRouter,
  queryClient: getQueryClient,
});

/** Begins to fetch without waiting: the page streams. Read it with `useSuspenseQuery` in a `QueryPart`, never `useQuery`. */
export function prefetch<Answer, Failure, Shown, Key extends QueryKey>(
  options: FetchQueryOptions<Answer, Failure, Shown, Key>,
): void {
  void getQueryClient().prefetchQuery(options);
}

type HydratedProps = {
  /** Only these. For a layout, whose page fetches at the same time and hands over its own: otherwise it goes out twice. */
  only?: readonly QueryKey[];
  children: ReactNode;
};

/** Hands what was fetched here to the components in it. */
export function Hydrated({ only, children }: HydratedProps) {
  const client = getQueryClient();
  const hashes = only && new Set(only.map(hashKey));
  const { shouldDehydrateQuery = defaultShouldDehydrateQuery } = client.getDefaultOptions().dehydrate ?? {};
  const state = dehydrate(client, {
    shouldDehydrateQuery: (query) => (hashes?.has(query.queryHash) ?? true) && shouldDehydrateQuery(query),
  });
  return <HydrationBoundary state={state}>{children}</HydrationBoundary>;
}

/** For the one record without which there is no page. */
export async function orNotFound<T>(record: Promise<T>): Promise<T> {
  try {
    return await record;
  } catch (error) {
    if (error instanceof TRPCError && error.code === "NOT_FOUND") notFound();
    throw error;
  }
}
