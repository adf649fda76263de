import { Readable } from "node:stream";
import { z } from "zod";
import { DomainError, REFUSALS } from "@/domain/errors";
import { openRunArtifact } from "@/server/pipelines/read-log";
import { createContext } from "@/server/trpc/create-context";

/** An artifact as a file to save, never as something a browser would run. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ artifactId: string }> },
): Promise<Response> {
  const { artifactId } = await params;
  const ctx = await createContext();
  if (ctx.actor.kind === "anonymous") return new Response("Sign in first.\n", { status: 401 });
  if (!z.uuid().safeParse(artifactId).success)
    return new Response("There is no such artifact.\n", { status: 404 });
  try {
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
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return new Response(`${error.message}\n`, { status: REFUSALS[error.code] });
  }
}
