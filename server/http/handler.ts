import type { IncomingMessage, ServerResponse } from "node:http";

/** Answers one request of the front. */
export type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void> | void;
