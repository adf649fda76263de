import { Readable } from "node:stream";
import { branchesInput, readBranchesSearch } from "@/components/branches/branches-search";
import { canSomewhere } from "@/domain/permissions";
import { exportBranches } from "@/server/branches/csv";
import { orRefusal } from "@/server/http/or-refusal";
import { createContext } from "@/server/trpc/create-context";

/** The branches of a filter as a file: the same rows as on the page, by the same scope, in the same order. */
export async function GET(request: Request): Promise<Response> {
  return orRefusal(request, async () => {
    const ctx = await createContext();
    if (ctx.actor.kind === "anonymous") return new Response("Sign in first.\n", { status: 401 });
    if (!canSomewhere(ctx.actor, "repositories.read")) {
      return new Response("None of your roles allows this.\n", { status: 403 });
    }
    const params = Object.fromEntries(new URL(request.url).searchParams);
    const { limit: _, ...filter } = branchesInput(readBranchesSearch(params));
    const rows = await exportBranches(ctx, filter);
    return new Response(Readable.toWeb(Readable.from(rows)) as ReadableStream, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="clearway-branches.csv"',
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
      },
    });
  });
}
