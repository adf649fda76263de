import { DomainError, isRefusalCode } from "@/domain/errors";

type PgError = { code?: string; message: string; constraint?: string; cause?: unknown };

const taken = (noun: string) => () =>
  new DomainError("CONFLICT", `There is a ${noun} with this key already: choose another key.`, {
    field: "key",
  });

const BY_CONSTRAINT: Record<string, () => DomainError> = {
  products_key_unique: taken("product"),
  repositories_key_unique: taken("repository"),
  components_key_unique: taken("component"),
  clients_key_unique: taken("client"),
  deployments_one_active_per_slot: () =>
    new DomainError(
      "SLOT_BUSY",
      "Something else is being deployed to this slot. It starts when the slot is free.",
    ),
  votes_one_per_person: () => new DomainError("ALREADY_VOTED", "You have already voted on this revision."),
  pull_requests_one_open: () =>
    new DomainError("CONFLICT", "There is an open pull request for these two branches already."),
  promotions_one_open_per_pull_request: () =>
    new DomainError("CONFLICT", "This pull request has an open promotion already."),
};

/**
 * What PostgreSQL refused, as the typed refusal it stands for. Triggers say "CODE: sentence"; constraints are named.
 * Everything else is returned as it came.
 */
export function asRefusal(error: unknown): unknown {
  for (let e = error as PgError | undefined; e && typeof e === "object"; e = e.cause as PgError | undefined) {
    if (e instanceof DomainError) return e;
    const outage = outageOf(e);
    if (outage) return outage;
    if (typeof e.code !== "string") continue;
    const named = e.constraint ? BY_CONSTRAINT[e.constraint] : undefined;
    if (named) return named();
    const match = /^([A-Z_]+): (.*)$/s.exec(e.message);
    if (e.code === "P0001" && match?.[1] && match[2] && isRefusalCode(match[1])) {
      return new DomainError(match[1], sentence(match[2]));
    }
    if (e.code === "55P03" || e.code === "40001" || e.code === "40P01") {
      return changedByOthers();
    }
  }
  return error;
}

/** To whoever has waited long enough for somebody else's work. */
export function changedByOthers(): DomainError {
  return new DomainError("STALE_WRITE", "Somebody else is changing this right now. Try again.");
}

/** Shut down or crashed, starting, gone from the network, out of disk or memory; idle for too long in a transaction. */
const AWAY =
  /^(57P0[123]|08...|53[12]00|25P03|ECONN[A-Z]+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND)$/;
/** What `pg` says without a code once a connection has broken. */
const BROKEN = /^(Connection terminated|Client has encountered a connection error|Query read timeout)/;
/** All connections are taken, of this process or of the server; or a statement took longer than it may. */
const CROWDED = /^(53[34]00|57014)$/;
const NO_FREE_CONNECTION = "timeout exceeded when trying to connect";

function outageOf({ code = "", message }: PgError): DomainError | null {
  if (CROWDED.test(code) || message === NO_FREE_CONNECTION) {
    return new DomainError("BUSY", "Clearway is busy right now. Nothing was changed; try again in a moment.");
  }
  if (AWAY.test(code) || (code === "" && BROKEN.test(message))) {
    return new DomainError("UNAVAILABLE", "The database cannot be reached right now. Nothing was changed.");
  }
  return null;
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return first.endsWith(".") ? first : `${first}.`;
}
