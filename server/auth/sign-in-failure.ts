import { asRefusal } from "@/db/refusals";
import { DomainError } from "@/domain/errors";
import type { SignInProblem } from "@/domain/people/sign-in-problems";
import { UnreadableGroupsError } from "./claims";
import { ClosedEntryError } from "./sessions";

/** A provider's errors by their registered names (RFC 6749, OpenID Connect Core). */
const BY_NAME: Readonly<Record<string, SignInProblem>> = {
  access_denied: "cancelled",
  consent_required: "cancelled",
  account_selection_required: "cancelled",
  interaction_required: "cancelled",
  login_required: "notAskedAgain",
  invalid_grant: "used",
  server_error: "away",
  temporarily_unavailable: "away",
  invalid_client: "configuration",
  invalid_request: "configuration",
  invalid_scope: "configuration",
  unauthorized_client: "configuration",
  unsupported_grant_type: "configuration",
  unsupported_response_type: "configuration",
};

/** What openid-client and next-auth say, by their words: they have no codes. The first match counts. */
const BY_WORDS: readonly (readonly [RegExp, SignInProblem])[] = [
  [/cookie was missing|could not be parsed|created for a different provider/, "interrupted"],
  [/^state mismatch|state missing from the response/, "interrupted"],
  [/^nonce mismatch|JWT property nonce|^iss mismatch|unexpected iss value|^aud |^the issuer is/, "foreign"],
  [/^JWT (expired|not active yet)|issued in the future|too much time has elapsed/, "clock"],
  [/JWT signature|no valid key found|multiple matching keys|JSON Web Key Set|jwks/i, "keys"],
  [/timed out|expected 200 OK, got: 5|socket hang up/, "away"],
  [/ECONN[A-Z]+|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE/, "away"],
  [/unexpected JWT alg|expected 200 OK, got: [34]/, "configuration"],
];

/** Which of the known problems it is when talking to the provider failed. */
export function problemOfProvider(error: unknown): SignInProblem {
  for (let e = error; e instanceof Error; e = e.cause) {
    const words = `${e.message} ${"code" in e ? e.code : ""}`;
    const named = BY_NAME[/^[a-z_]+/.exec(words)?.[0] ?? ""];
    if (named) return named;
    const known = BY_WORDS.find(([pattern]) => pattern.test(words));
    if (known) return known[1];
    // Several addresses were tried, and each has an error of its own.
    if (e instanceof AggregateError && e.errors.length > 0) return problemOfProvider(e.errors[0]);
  }
  return "failed";
}

/** The error with which a provider sent somebody back. */
export function problemOfAnswer(name: string): SignInProblem {
  return BY_NAME[name] ?? "configuration";
}

/** Which it is when the provider vouched for somebody and Clearway failed. */
export function problemOfOurs(error: unknown): SignInProblem {
  if (error instanceof UnreadableGroupsError) return "groups";
  if (error instanceof ClosedEntryError) return "inactive";
  const refusal = asRefusal(error);
  const isAway = refusal instanceof DomainError && ["UNAVAILABLE", "BUSY"].includes(refusal.code);
  return isAway ? "unavailable" : "failed";
}
