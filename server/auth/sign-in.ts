import { AsyncLocalStorage } from "node:async_hooks";
import { systemActor } from "@/domain/people/actor";
import { isSignInProblem, type SignInProblem } from "@/domain/people/sign-in-problems";
import { env, type OidcSettings } from "../env";
import { contextFor, database } from "../runtime";
import { type Admission, admit } from "./admit";
import { type ProviderClaims, readClaims } from "./claims";
import { AGAIN_COOKIE, NEXT_AUTH_COOKIES, SESSION_COOKIE, SUBJECT_COOKIE } from "./cookie";
import { callNextAuth, type NextAuthAnswer } from "./next-auth";
import { authOptions, type SignInHooks } from "./options";
import { returnPath } from "./return-path";
import { endSession, startSession } from "./sessions";
import { problemOfAnswer, problemOfOurs, problemOfProvider } from "./sign-in-failure";

/** Where the browser goes next, and the `Set-Cookie` lines it is given. */
export type SignInAnswer = { location: string; cookies: readonly string[] };

type Cookies = Readonly<Record<string, string>>;
type Attempt = { problem: SignInProblem | null; cause: unknown };

/** A provider that sends a byte now and then would keep a person waiting for ever. */
const WHOLE_ATTEMPT_MS = 15_000;
/** Clocks may differ by so much. */
const CLOCK_SECONDS = 30;

/** next-auth has one logger for the whole process: this says whose sign-in an error belongs to. */
const attempts = new AsyncLocalStorage<Attempt>();

/** Sends somebody to the provider. `again`: they prove anew who they are, however lately they did. */
export async function beginSignIn(given: {
  next: string;
  again: boolean;
  cookies: Cookies;
}): Promise<SignInAnswer> {
  const { oidc } = env;
  const next = returnPath(given.next);
  if (!oidc) return failed("configuration", next);
  const { answer, attempt } = await within(
    callNextAuth.bind(null, authOptions(oidc, NOBODY_YET), {
      action: "signin",
      callbackUrl: `${env.publicUrl}${next}`,
      cookies: given.cookies,
      query: given.again ? { prompt: "login", max_age: "0" } : {},
    }),
  );
  const location = answer?.location;
  if (attempt.problem || !location || isOurs(location)) return failed(attempt.problem ?? "failed", next);
  const asked = given.again ? String(Math.floor(Date.now() / 1000)) : "";
  return {
    location,
    cookies: [...(answer?.cookies ?? []), setCookie(AGAIN_COOKIE, asked, AGAIN_COOKIE.maxAge)],
  };
}

/** The browser is back from the provider. The session that it had before ends only where a new one begins. */
export async function finishSignIn(given: {
  query: Readonly<Record<string, string>>;
  cookies: Cookies;
  userAgent: string | null;
}): Promise<SignInAnswer> {
  const { oidc } = env;
  const next = landing(given.cookies[NEXT_AUTH_COOKIES.callbackUrl.name]);
  if (!oidc) return failed("configuration", next);
  if (given.query.error !== undefined) return failed(problemOfAnswer(given.query.error), next);
  const newcomer = new Newcomer(oidc, given);
  const { answer, attempt } = await within(
    callNextAuth.bind(null, authOptions(oidc, newcomer.hooks), {
      action: "callback",
      query: given.query,
      cookies: given.cookies,
    }),
  );
  const problem = newcomer.problem ?? attempt.problem;
  if (problem || !newcomer.hasSession || !answer) {
    const cookies = problem === "notSetUp" ? [setCookie(SUBJECT_COOKIE, newcomer.subject, 600)] : [];
    return failed(problem ?? "failed", next, cookies);
  }
  return { location: next, cookies: [...answer.cookies, setCookie(AGAIN_COOKIE, "", 0)] };
}

/** One that the provider vouches for, on the way to a session. */
class Newcomer {
  problem: SignInProblem | null = null;
  hasSession = false;
  #claims: ProviderClaims | null = null;
  #admission: Admission | null = null;

  constructor(
    readonly oidc: OidcSettings,
    readonly request: { cookies: Cookies; userAgent: string | null },
  ) {}

  get subject(): string {
    return this.#claims?.subject ?? "";
  }

  readonly hooks: SignInHooks = {
    admit: async (claims) => {
      this.problem = await this.#admit(claims).catch((error: unknown) => {
        log(error);
        return problemOfOurs(error);
      });
      return this.problem === null;
    },
    admitted: () => (this.#admission?.kind === "admitted" ? { id: this.#admission.personId } : null),
    startSession: (token, personId) =>
      this.#startSession(token, personId).catch((error: unknown) => {
        this.problem = problemOfOurs(error);
        throw error;
      }),
    failed: noteFailure,
  };

  async #admit(given: unknown): Promise<SignInProblem | null> {
    this.#claims = readClaims(given, this.oidc);
    // A provider that is ahead would make every sign-in look fresh.
    const latest = Math.max(this.#claims.issuedAt.getTime(), this.#claims.authenticatedAt?.getTime() ?? 0);
    if (latest > Date.now() + CLOCK_SECONDS * 1000) return "clock";
    const asked = Number(this.request.cookies[AGAIN_COOKIE.name] || 0);
    const proved = (this.#claims.authenticatedAt?.getTime() ?? 0) / 1000;
    if (asked > 0 && proved < asked - CLOCK_SECONDS) return "notAskedAgain";
    this.#admission = await admit(contextFor(systemActor("sign-in")), this.#claims, env.admin);
    return this.#admission.kind === "refused" ? this.#admission.problem : null;
  }

  async #startSession(token: string, personId: string): Promise<Date> {
    if (this.#admission?.kind !== "admitted") throw new Error("nobody was admitted");
    const { expires } = await startSession(database(), personId, {
      token,
      identityId: this.#admission.identityId,
      // Without the claim nobody knows when it was: long ago.
      authenticatedAt: this.#claims?.authenticatedAt ?? new Date(0),
      userAgent: this.request.userAgent,
    });
    const before = this.request.cookies[SESSION_COOKIE.name];
    if (before) await endSession(database(), before);
    this.hasSession = true;
    return expires;
  }
}

const NOBODY_YET: SignInHooks = {
  admit: async () => false,
  admitted: () => null,
  startSession: () => Promise.reject(new Error("nobody was admitted")),
  failed: noteFailure,
};

async function within(
  call: () => Promise<NextAuthAnswer>,
): Promise<{ answer: NextAuthAnswer | null; attempt: Attempt }> {
  const attempt: Attempt = { problem: null, cause: null };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      attempt.problem ??= "away";
      resolve(null);
    }, WHOLE_ATTEMPT_MS);
  });
  try {
    const answer = await Promise.race([attempts.run(attempt, call), late]);
    return { answer, attempt };
  } catch (error) {
    log(error);
    return { answer: null, attempt: { problem: problemOfOurs(error), cause: error } };
  } finally {
    clearTimeout(timer);
  }
}

function noteFailure(error: unknown): void {
  log(error);
  const attempt = attempts.getStore();
  if (attempt && attempt.problem === null) {
    attempt.problem = problemOfProvider(error);
    attempt.cause = error;
  }
}

/** The reason without the answer it was in: that may hold tokens. */
function log(error: unknown): void {
  const reason = error instanceof Error ? error.message : "unknown";
  console.error(JSON.stringify({ level: "error", event: "sign-in failed", reason: reason.slice(0, 500) }));
}

function failed(problem: SignInProblem, next: string, cookies: readonly string[] = []): SignInAnswer {
  const query = new URLSearchParams({ problem, ...(next === "/" ? {} : { next }) });
  return { location: `/sign-in?${query}`, cookies };
}

function isOurs(location: string): boolean {
  return !URL.canParse(location) || new URL(location).origin === new URL(env.publicUrl).origin;
}

/** The page that the sign-in was begun for. */
function landing(callbackUrl: string | undefined): string {
  if (!callbackUrl || !URL.canParse(callbackUrl)) return "/";
  const { origin, pathname, search } = new URL(callbackUrl);
  return origin === new URL(env.publicUrl).origin ? returnPath(pathname + search) : "/";
}

function setCookie({ name, options }: typeof SESSION_COOKIE, value: string, maxAge: number): string {
  const secure = options.secure ? "; Secure" : "";
  const age = value === "" ? 0 : maxAge;
  return `${name}=${encodeURIComponent(value)}; Path=${options.path}; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`;
}

/** The problem that an address names, or null. */
export function problemFrom(value: unknown): SignInProblem | null {
  return isSignInProblem(value) ? value : null;
}
