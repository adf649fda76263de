import { randomUUID } from "node:crypto";
import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { ZodError, z } from "zod";
import { asRefusal } from "@/db/refusals";
import { DomainError, REFUSALS, type RefusalCode } from "@/domain/errors";
import type { Actor } from "@/domain/people/actor";
import { canSomewhere, type Permission } from "@/domain/permissions";
import type { Context } from "../context";

export type ProcedureMeta = { permission: Permission | "signedIn" };
export type TrpcContext = Context & {
  requestId: string;
  /** Who asks, read again: for what goes on after the request began. */
  refreshActor?: (() => Promise<Actor>) | undefined;
};

const t = initTRPC
  .context<TrpcContext>()
  .meta<ProcedureMeta>()
  .create({
    transformer: superjson,
    isDev: false,
    sse: { ping: { enabled: true, intervalMs: 5_000 }, client: { reconnectAfterInactivityMs: 15_000 } },
    errorFormatter({ shape, error, type }) {
      const refusal = error.cause instanceof DomainError ? error.cause : undefined;
      const fields = error.cause instanceof ZodError ? z.flattenError(error.cause).fieldErrors : undefined;
      // A path that leads nowhere is not repeated: it is somebody else's text.
      const isNothing = type === "unknown" && error.code === "NOT_FOUND";
      const message = fields ? "Some of what was entered cannot be accepted." : shape.message;
      return {
        ...shape,
        message: isNothing ? "There is no such procedure." : message,
        data: {
          ...shape.data,
          path: isNothing ? "" : (shape.data.path ?? ""),
          refusal: refusal?.code ?? null,
          facts: refusal?.facts ?? null,
          fields: fields ?? null,
        },
      };
    },
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

const TRPC_CODES: Record<number, TRPCError["code"]> = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  503: "SERVICE_UNAVAILABLE",
};

/** Refusals keep their code and sentence; whatever else went wrong is logged and answered by a neutral sentence. */
const translateErrors = t.middleware(async ({ ctx, path, next }) => {
  const result = await next();
  if (result.ok) return result;
  const refused = asTrpcError(result.error.cause);
  if (refused) throw refused;
  if (result.error.code !== "INTERNAL_SERVER_ERROR") throw result.error;
  const told = result.error.cause ?? result.error;
  console.error(
    JSON.stringify({
      level: "error",
      requestId: ctx.requestId,
      path,
      error: String(told),
      stack: told.stack,
    }),
  );
  throw new TRPCError({
    code: "INTERNAL_SERVER_ERROR",
    message: `Something went wrong on our side. Nothing was changed. Reference ${ctx.requestId.slice(0, 8)}.`,
  });
});

/** A refusal as the API answers it; null for what is no refusal but broken. */
export function asTrpcError(error: unknown): TRPCError | null {
  const cause = asRefusal(error);
  if (!(cause instanceof DomainError) || REFUSALS[cause.code] === 500) return null;
  return new TRPCError({ code: codeOf(cause.code), message: cause.message, cause });
}

function codeOf(code: RefusalCode): TRPCError["code"] {
  return TRPC_CODES[REFUSALS[code]] ?? "INTERNAL_SERVER_ERROR";
}

const demandPermission = t.middleware(async ({ ctx, meta, next }) => {
  if (!meta) throw new TRPCError({ code: "FORBIDDEN", message: "This procedure names no permission." });
  if (ctx.actor.kind === "anonymous") {
    throw new DomainError(
      "UNAUTHENTICATED",
      "You are not signed in, or your session has ended. Sign in and try again.",
    );
  }
  if (meta.permission !== "signedIn" && !canSomewhere(ctx.actor, meta.permission)) {
    throw new DomainError("FORBIDDEN", "None of your roles allows this.", { permission: meta.permission });
  }
  return next();
});

/**
 * The only way to begin a procedure: name its permission. Holding it somewhere lets one in;
 * whether it covers the row at hand is decided by the query or command, which has the row.
 */
export function requires(permission: Permission) {
  return t.procedure.use(translateErrors).meta({ permission }).use(demandPermission);
}

/** For what concerns only the signed-in person, whatever their roles. */
export function requiresSignIn() {
  return t.procedure.use(translateErrors).meta({ permission: "signedIn" }).use(demandPermission);
}

export function newRequestId(): string {
  return randomUUID();
}
