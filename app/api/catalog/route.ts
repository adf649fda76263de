import { ReadCatalog } from "@/domain/catalog/input";
import { canSomewhere } from "@/domain/permissions";
import { orRefusal } from "@/server/http/or-refusal";
import { catalogCsv } from "@/server/products/csv";
import { createContext } from "@/server/trpc/create-context";

/** The catalogue of a filter as a file: the same rows as on the page, by the same scope. */
export async function GET(request: Request): Promise<Response> {
  return orRefusal(request, async () => {
    const ctx = await createContext();
    if (ctx.actor.kind === "anonymous") return new Response("Sign in first.\n", { status: 401 });
    if (!canSomewhere(ctx.actor, "catalog.read")) {
      return new Response("None of your roles allows this.\n", { status: 403 });
    }
    const filter = ReadCatalog.safeParse(Object.fromEntries(new URL(request.url).searchParams));
    if (!filter.success) return new Response("This is no filter of the catalogue.\n", { status: 400 });
    return new Response(await catalogCsv(ctx, filter.data), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="clearway-catalog.csv"',
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
      },
    });
  });
}
