import { peopleInput, readPeopleSearch } from "@/components/people/people-search";
import { canSomewhere } from "@/domain/permissions";
import { orRefusal } from "@/server/http/or-refusal";
import { exportPeople } from "@/server/people/list";
import { createContext } from "@/server/trpc/create-context";

/** The people of a filter as a file: the same rows as on the page, by the same scope. */
export async function GET(request: Request): Promise<Response> {
  return orRefusal(request, async () => {
    const ctx = await createContext();
    if (ctx.actor.kind === "anonymous") return new Response("Sign in first.\n", { status: 401 });
    if (!canSomewhere(ctx.actor, "people.read")) {
      return new Response("None of your roles allows this.\n", { status: 403 });
    }
    const params = Object.fromEntries(new URL(request.url).searchParams);
    const { page: _, ...filter } = peopleInput(readPeopleSearch(params));
    return new Response(await exportPeople(ctx, filter), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="clearway-people.csv"',
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
      },
    });
  });
}
