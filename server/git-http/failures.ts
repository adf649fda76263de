import type { IncomingMessage, ServerResponse } from "node:http";
import { refuse } from "./answer";

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

const WINDOW_MS = 60_000;
const MAX_FAILURES = 20;
/** So that many addresses cannot fill memory. */
const MAX_ADDRESSES = 10_000;

/**
 * Turns an address away for the rest of a minute in which it tried many wrong tokens. A token cannot be guessed;
 * this keeps the attempts from reaching the database.
 */
export function limitFailures(handler: Handler, now: () => number = Date.now): Handler {
  const failures = new Map<string, { count: number; since: number }>();
  return async (req, res) => {
    const address = req.socket.remoteAddress ?? "";
    const known = failures.get(address);
    const recent = known && now() - known.since < WINDOW_MS ? known : undefined;
    if (recent && recent.count >= MAX_FAILURES) {
      const seconds = Math.ceil((recent.since + WINDOW_MS - now()) / 1000);
      return refuse(req, res, 429, "Too many wrong tokens came from here. Try again in a minute.", {
        "Retry-After": String(seconds),
      });
    }
    await handler(req, res);
    // Without credentials a 401 is only git's first question.
    if (res.statusCode !== 401 || req.headers.authorization === undefined) return;
    if (failures.size >= MAX_ADDRESSES) failures.clear();
    failures.set(address, { count: (recent?.count ?? 0) + 1, since: recent?.since ?? now() });
  };
}
