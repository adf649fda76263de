import { clientsInput, readClientsSearch } from "@/components/clients/clients-search";
import { canSomewhere } from "@/domain/permissions";
import { clientsCsv } from "@/server/clients/csv";
import { orRefusal } from "@/server/http/or-refusal";
import { createContext } from "@/server/trpc/create-context";

/** The clients of a filter as a file: the same rows as on the page, by the same scope. */
export async function GET(request: Request): Promise<Response> {
  return orRefusal(request, async () => {
    const ctx = await createContext();
    if (ctx.actor.kind === "anonymous") return new Response("Sign in first.\n", { status: 401 });
    if (!canSomewhere(ctx.actor, "catalog.read")) {
      return new Response("None of your roles allows this.\n", { status: 403 });
    }
    const params = Object.fromEntries(new URL(request.url).searchParams);
    return new Response(await clientsCsv(ctx, clientsInput(readClientsSearch(params))), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="clearway-clients.csv"',
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
      },
    });
  });
}
