import { Readable } from "node:stream";
import { DomainError } from "@/domain/errors";
import { canSomewhere, type Permission } from "@/domain/permissions";
import { isFromOutside } from "../auth/same-origin";
import type { Context } from "../context";
import { createContext } from "../trpc/create-context";
import { orRefusal } from "./or-refusal";

export type FileToSave = {
  name: string;
  type: "text/csv" | "text/plain" | "application/octet-stream";
  content: string | Readable | AsyncIterable<string>;
  /** Where it is known before. */
  sizeBytes?: number;
};

/** The parameters of the address: those of its path, those behind the question mark. */
type Asked<Path> = { path: Path; search: Record<string, string> };

/**
 * The GET of a route handler that answers with a file to save, never with something a browser would show. Whoever lacks
 * the permission everywhere is refused before anything is read; `signedIn` where the file's own place decides.
 */
export function fileRoute<Path = object>(
  permission: Permission | "signedIn",
  open: (ctx: Context, asked: Asked<Path>) => Promise<FileToSave>,
) {
  return (request: Request, { params }: { params: Promise<Path> }): Promise<Response> =>
    orRefusal(request, async () => {
      // A download may be written down in the name of whoever is signed in: it is asked for here, not by a foreign link.
      if (isFromOutside(request.headers)) {
        throw new DomainError(
          "FORBIDDEN",
          "Another site led here. Open Clearway and save the file from there.",
        );
      }
      const ctx = await createContext();
      if (ctx.actor.kind === "anonymous") throw new DomainError("UNAUTHENTICATED", "Sign in first.");
      if (permission !== "signedIn" && !canSomewhere(ctx.actor, permission)) {
        throw new DomainError("FORBIDDEN", "None of your roles allows this.", { permission });
      }
      const search = Object.fromEntries(new URL(request.url).searchParams);
      return sent(await open(ctx, { path: await params, search }));
    });
}

function sent({ name, type, content, sizeBytes }: FileToSave): Response {
  return new Response(bodyOf(content), {
    headers: {
      "content-type": type === "application/octet-stream" ? type : `${type}; charset=utf-8`,
      ...(sizeBytes !== undefined && { "content-length": String(sizeBytes) }),
      "content-disposition": `attachment; filename="${name.replace(/[^A-Za-z0-9._-]/g, "_")}"`,
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-store",
    },
  });
}

function bodyOf(content: FileToSave["content"]): string | ReadableStream {
  if (typeof content === "string") return content;
  const bytes = content instanceof Readable ? content : Readable.from(content, { objectMode: false });
  return Readable.toWeb(bytes) as ReadableStream;
}
