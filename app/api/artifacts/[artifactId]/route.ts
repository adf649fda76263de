import { Readable } from "node:stream";
import { z } from "zod";
import { orRefusal } from "@/server/http/or-refusal";
import { openRunArtifact } from "@/server/pipelines/read-log";
import { createContext } from "@/server/trpc/create-context";

/** An artifact as a file to save, never as something a browser would run. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ artifactId: string }> },
): Promise<Response> {
  return orRefusal(request, async () => {
    const { artifactId } = await params;
    const ctx = await createContext();
    if (ctx.actor.kind === "anonymous") return new Response("Sign in first.\n", { status: 401 });
    if (!z.uuid().safeParse(artifactId).success)
      return new Response("There is no such artifact.\n", { status: 404 });
    const { fileName, opened } = await openRunArtifact(ctx, artifactId);
    return new Response(Readable.toWeb(opened.read()) as ReadableStream, {
      headers: {
        "content-type": "application/octet-stream",
        "content-length": String(opened.sizeBytes),
        "content-disposition": `attachment; filename="${fileName.replace(/[^A-Za-z0-9._-]/g, "_")}"`,
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
      },
    });
  });
}
