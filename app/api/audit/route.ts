import { Readable } from "node:stream";
import { auditInput, readAuditSearch } from "@/components/audit/audit-search";
import { canSomewhere } from "@/domain/permissions";
import { exportAudit } from "@/server/audit/csv";
import { orRefusal } from "@/server/http/or-refusal";
import { createContext } from "@/server/trpc/create-context";

/** The audit trail of a filter as a file: the same rows as on the page, by the same scope. */
export async function GET(request: Request): Promise<Response> {
  return orRefusal(request, async () => {
    const ctx = await createContext();
    if (ctx.actor.kind === "anonymous") return new Response("Sign in first.\n", { status: 401 });
    if (!canSomewhere(ctx.actor, "audit.read")) {
      return new Response("None of your roles allows this.\n", { status: 403 });
    }
    const params = Object.fromEntries(new URL(request.url).searchParams);
    const { limit: _, ...filter } = auditInput(readAuditSearch(params));
    const rows = await exportAudit(ctx, filter);
    return new Response(Readable.toWeb(Readable.from(rows)) as ReadableStream, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="clearway-audit.csv"',
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
      },
    });
  });
}
