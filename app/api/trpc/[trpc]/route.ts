import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createContext } from "@/server/trpc/create-context";
import { appRouter } from "@/server/trpc/root";

const MAX_BATCH = 20;

/** The front refuses foreign origins and other content types; this refuses them again where it is reached otherwise. */
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

function handle(request: Request): Promise<Response> | Response {
  return (
    refusalOf(request) ??
    fetchRequestHandler({
      endpoint: "/api/trpc",
      req: request,
      router: appRouter,
      createContext,
      maxBatchSize: MAX_BATCH,
      allowMethodOverride: false,
    })
  );
}

export { handle as GET, handle as POST };
