import { DomainError, isRefusalCode } from "@/domain/errors";

type PgError = { code?: string; message: string; constraint?: string; cause?: unknown };

const BY_CONSTRAINT: Record<string, () => DomainError> = {
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
    if (typeof e.code !== "string") continue;
    const named = e.constraint ? BY_CONSTRAINT[e.constraint] : undefined;
    if (named) return named();
    const match = /^([A-Z_]+): (.*)$/s.exec(e.message);
    if (e.code === "P0001" && match?.[1] && match[2] && isRefusalCode(match[1])) {
      return new DomainError(match[1], sentence(match[2]));
    }
    if (e.code === "55P03" || e.code === "40001" || e.code === "40P01") {
      return new DomainError("STALE_WRITE", "Somebody else is changing this right now. Try again.");
    }
    if (e.code === "57P01" || e.code === "57P03" || e.code === "ECONNREFUSED" || e.code === "53300") {
      return new DomainError("UNAVAILABLE", "The database cannot be reached right now. Nothing was changed.");
    }
  }
  return error;
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return first.endsWith(".") ? first : `${first}.`;
}
