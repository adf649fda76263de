import { Readable } from "node:stream";
import { z } from "zod";
import { orRefusal } from "@/server/http/or-refusal";
import { openJobLog } from "@/server/pipelines/search-log";
import { createContext } from "@/server/trpc/create-context";

/** A job's log as a text file to save, never as something a browser would show. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ jobId: string }> },
): Promise<Response> {
  return orRefusal(request, async () => {
    const { jobId } = await params;
    const ctx = await createContext();
    if (ctx.actor.kind === "anonymous") return new Response("Sign in first.\n", { status: 401 });
    if (!z.uuid().safeParse(jobId).success) return new Response("There is no such job.\n", { status: 404 });
    const { fileName, pieces } = await openJobLog(ctx, jobId);
    const bytes = Readable.toWeb(Readable.from(pieces, { encoding: "utf8", objectMode: false }));
    return new Response(bytes as ReadableStream, {
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "content-disposition": `attachment; filename="${fileName.replace(/[^A-Za-z0-9._-]/g, "_")}"`,
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
      },
    });
  });
}
