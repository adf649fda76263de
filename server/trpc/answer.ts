import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { TrpcContext } from "./init";
import { appRouter } from "./root";

const MAX_BATCH = 20;
/** When it makes sense to ask again while the database is away or has no connection left. */
const RETRY_AFTER_SECONDS = "2";

/** Answers one request of the API. The front refuses foreign origins and content types; this refuses them again. */
export function answerTrpc(
  request: Request,
  createContext: () => Promise<TrpcContext>,
): Promise<Response> | Response {
  return (
    refusalOf(request) ??
    fetchRequestHandler({
      endpoint: "/api/trpc",
      req: request,
      router: appRouter,
      createContext,
      maxBatchSize: MAX_BATCH,
      allowMethodOverride: false,
      responseMeta: ({ errors }) =>
        errors.some((error) => error.code === "SERVICE_UNAVAILABLE")
          ? { headers: { "retry-after": RETRY_AFTER_SECONDS } }
          : {},
    })
  );
}

function refusalOf(request: Request): Response | undefined {
  if (request.method !== "POST") return undefined;
  if (request.headers.get("x-clearway-request") !== "1") {
    return new Response("The header x-clearway-request is missing.\n", { status: 403 });
  }
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get("content-type") ?? "")) {
    return new Response("Only application/json is accepted.\n", { status: 415 });
  }
  return undefined;
}
