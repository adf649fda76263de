import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { refuse } from "./answer";
import { credentialsOf } from "./backend";

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

const WINDOW_MS = 60_000;
const MAX_OF_TOKEN = 20;
/** Behind a proxy everybody comes from one address: high enough for many machines with an old token. */
const MAX_OF_ADDRESS = 600;
/** So that nobody can fill memory; the oldest goes first. */
const MAX_KEPT = 10_000;

/**
 * Turns a token away for the rest of a minute in which it was wrong many times, and every new token of an address that
 * tried very many. A token cannot be guessed; this keeps the attempts from reaching the database. One that was right
 * when it last came always passes, whatever others send from the same address.
 */
export function limitFailures(handler: Handler, now: () => number = Date.now): Handler {
  const byToken = new Failures(MAX_OF_TOKEN, now);
  const byAddress = new Failures(MAX_OF_ADDRESS, now);
  const proven = new Map<string, true>();
  return async (req, res) => {
    const token = tokenHash(req);
    // Without credentials a 401 is only git's first question.
    if (token === null) return handler(req, res);
    const address = req.socket.remoteAddress ?? "";
    const seconds = proven.has(token)
      ? 0
      : Math.max(byToken.secondsLeft(token), byAddress.secondsLeft(address));
    if (seconds > 0) {
      return refuse(req, res, 429, "Too many wrong tokens came from here. Try again in a minute.", {
        "Retry-After": String(seconds),
      });
    }
    await handler(req, res);
    if (res.statusCode === 401) {
      proven.delete(token);
      byToken.add(token);
      byAddress.add(address);
    } else if (res.statusCode >= 200 && res.statusCode < 300) keep(proven, token, true);
  };
}

/** What was presented, as a hash; null for nothing. The user name says nothing, so it does not count. */
function tokenHash(req: IncomingMessage): string | null {
  const { authorization } = req.headers;
  if (authorization === undefined) return null;
  return createHash("sha256")
    .update(credentialsOf(req)?.password ?? authorization)
    .digest("base64");
}

class Failures {
  readonly #counts = new Map<string, { count: number; since: number }>();
  readonly #max: number;
  readonly #now: () => number;
  constructor(max: number, now: () => number) {
    this.#max = max;
    this.#now = now;
  }

  /** Until it may try again; 0: it may. */
  secondsLeft(key: string): number {
    const recent = this.#recent(key);
    return recent && recent.count >= this.#max
      ? Math.ceil((recent.since + WINDOW_MS - this.#now()) / 1000)
      : 0;
  }

  add(key: string): void {
    const recent = this.#recent(key);
    keep(this.#counts, key, { count: (recent?.count ?? 0) + 1, since: recent?.since ?? this.#now() });
  }

  #recent(key: string) {
    const known = this.#counts.get(key);
    return known && this.#now() - known.since < WINDOW_MS ? known : undefined;
  }
}

/** Puts it last, and drops the first when there are too many. */
function keep<V>(kept: Map<string, V>, key: string, value: V): void {
  kept.delete(key);
  kept.set(key, value);
  const [oldest] = kept.size > MAX_KEPT ? kept.keys() : [];
  if (oldest !== undefined) kept.delete(oldest);
}
