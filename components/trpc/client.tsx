"use client";

import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createTRPCClient,
  httpBatchStreamLink,
  httpSubscriptionLink,
  splitLink,
  TRPCClientError,
  type TRPCLink,
} from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import superjson from "superjson";
import type { AppRouter } from "@/server/trpc/root";
import { makeQueryClient } from "./query-client";

const context = createTRPCContext<AppRouter>();
export const useTRPC = context.useTRPC;
export const useTRPCClient = context.useTRPCClient;

const URL = "/api/trpc";

/** While a page is drawn on the server nothing goes over the network: the page prefetches what it shows. */
const prefetchedOnly: TRPCLink<AppRouter> = () => (request) =>
  observable((observer) => {
    observer.error(TRPCClientError.from(new Error(`${request.op.path} was not prefetched by its page`)));
  });

function makeClient() {
  const isServer = typeof window === "undefined";
  return createTRPCClient<AppRouter>({
    links: isServer
      ? [prefetchedOnly]
      : [
          splitLink({
            condition: (op) => op.type === "subscription",
            true: httpSubscriptionLink({ url: URL, transformer: superjson }),
            false: httpBatchStreamLink({
              url: URL,
              transformer: superjson,
              maxItems: 20,
              maxURLLength: 8_000,
              headers: { "x-clearway-request": "1" },
            }),
          }),
        ],
  });
}

let browserClient: QueryClient | undefined;

/** In the browser one cache lives as long as the tab; on the server every request has its own. */
function queryClientOf(): QueryClient {
  if (typeof window === "undefined") return makeQueryClient();
  browserClient ??= makeQueryClient();
  return browserClient;
}

export function ApiProvider({ children }: { children: ReactNode }) {
  const queryClient = queryClientOf();
  const [client] = useState(makeClient);
  return (
    <QueryClientProvider client={queryClient}>
      <context.TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </context.TRPCProvider>
    </QueryClientProvider>
  );
}
