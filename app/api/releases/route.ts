import { Readable } from "node:stream";
import { readReleasesSearch, releasesInput } from "@/components/releases/releases-search";
import { canSomewhere } from "@/domain/permissions";
import { orRefusal } from "@/server/http/or-refusal";
import { exportReleases } from "@/server/releases/csv";
import { createContext } from "@/server/trpc/create-context";

/** The releases of a filter as a file: the same rows as on the page, by the same scope. */
export async function GET(request: Request): Promise<Response> {
  return orRefusal(request, async () => {
    const ctx = await createContext();
    if (ctx.actor.kind === "anonymous") return new Response("Sign in first.\n", { status: 401 });
    if (!canSomewhere(ctx.actor, "releases.read")) {
      return new Response("None of your roles allows this.\n", { status: 403 });
    }
    const params = Object.fromEntries(new URL(request.url).searchParams);
    const { limit: _, before: __, ...filter } = releasesInput(readReleasesSearch(params));
    const rows = await exportReleases(ctx, filter);
    return new Response(Readable.toWeb(Readable.from(rows)) as ReadableStream, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="clearway-releases.csv"',
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
      },
    });
  });
}
