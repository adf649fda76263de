import { describe, expect, test } from "vitest";
import { DomainError } from "@/domain/errors";
import { SIGN_IN_PROBLEMS, tellSignInProblem } from "@/domain/people/sign-in-problems";
import { UnreadableGroupsError } from "./claims";
import { problemOfAnswer, problemOfOurs, problemOfProvider } from "./sign-in-failure";

describe("what went wrong with the provider", () => {
  test.each([
    ["State cookie was missing.", "interrupted"],
    ["PKCE code_verifier cookie was missing.", "interrupted"],
    ["Nonce value could not be parsed.", "interrupted"],
    ["state mismatch, expected a, got: b", "interrupted"],
    ["nonce mismatch, expected a, got: b", "foreign"],
    ["unexpected iss value, expected https://a, got: https://b", "foreign"],
    ["aud mismatch, expected clearway, got: other", "foreign"],
    ["invalid_grant (grant request is invalid)", "used"],
    ["invalid_client (client authentication failed)", "configuration"],
    ["unexpected JWT alg received, expected RS256, got: HS256", "configuration"],
    ["expected 200 OK, got: 404 Not Found", "configuration"],
    ["expected 200 OK, got: 503 Service Unavailable", "away"],
    ["outgoing request timed out after 5000ms", "away"],
    ["connect ECONNREFUSED 127.0.0.1:9000", "away"],
    ["getaddrinfo ENOTFOUND id.example", "away"],
    ["JWT expired, now 20, exp 10", "clock"],
    ["failed to validate JWT signature", "keys"],
    ['no valid key found in issuer\'s jwks_uri for key parameters {"kid":"a"}', "keys"],
    ["something nobody has seen", "failed"],
  ])("%s: %s", (message, problem) => {
    expect(problemOfProvider(new Error(message))).toBe(problem);
  });
  test("is found in what caused it, and where several addresses were tried", () => {
    expect(problemOfProvider(new Error("wrapped", { cause: new Error("connect ECONNREFUSED") }))).toBe(
      "away",
    );
    const both = new AggregateError([new Error("connect ECONNREFUSED ::1:9000")], "");
    expect(problemOfProvider(both)).toBe("away");
  });
  test.each([undefined, null, "text", 7])("%j is a failure", (thrown) => {
    expect(problemOfProvider(thrown)).toBe("failed");
  });
});

test("what a provider sends somebody back with is known by its registered name", () => {
  expect(problemOfAnswer("access_denied")).toBe("cancelled");
  expect(problemOfAnswer("temporarily_unavailable")).toBe("away");
  expect(problemOfAnswer("<script>")).toBe("configuration");
});

test("a database that is away is told apart from all else", () => {
  expect(problemOfOurs(new DomainError("UNAVAILABLE", "away"))).toBe("unavailable");
  expect(problemOfOurs(new UnreadableGroupsError("no list"))).toBe("groups");
  expect(problemOfOurs(new Error("bug"))).toBe("failed");
});

test("every problem is told with the provider's name and without a gap", () => {
  for (const problem of Object.keys(SIGN_IN_PROBLEMS) as (keyof typeof SIGN_IN_PROBLEMS)[]) {
    const { title, text } = tellSignInProblem(problem, "Meridian ID");
    expect(`${title} ${text}`).not.toMatch(/[{}]/);
    expect(text).toMatch(/[.]$/);
  }
});
