import "server-only";
import { cookies } from "next/headers";
import { cache } from "react";
import { SESSION_COOKIE } from "../auth/cookie";
import { readActor } from "../auth/sessions";
import { contextFor, database } from "../runtime";
import { asTrpcError, newRequestId, type TrpcContext } from "./init";

/** The context of one request: who asks, by the session cookie and nothing else. Read once, however many ask. */
export const createContext = cache(async (): Promise<TrpcContext> => {
  const jar = await cookies();
  const token = jar.get(SESSION_COOKIE.name)?.value;
  const actor = await readActor(database(), token).catch((error: unknown) => {
    throw asTrpcError(error) ?? error;
  });
  return {
    ...contextFor(actor),
    requestId: newRequestId(),
    request: {},
    refreshActor: () => readActor(database(), token, { renews: false }),
  };
});
