/** How a sign-in can fail, in words a person can act on. `{provider}` stands for the name of the identity provider. */
export const SIGN_IN_PROBLEMS = {
  cancelled: {
    title: "You did not sign in",
    text: "{provider} says that the sign-in was cancelled. Try again whenever you like.",
  },
  interrupted: {
    title: "This sign-in was not finished in time",
    text: "It was begun in another window, more than 15 minutes ago, or with cookies that are gone by now. Begin again from here.",
  },
  used: {
    title: "This sign-in was used already",
    text: "The answer of {provider} counts once, and soon. Begin again from here.",
  },
  foreign: {
    title: "This answer does not belong to your sign-in",
    text: "What came back from {provider} was not what was asked for. Nobody was signed in. Begin again from here.",
  },
  away: {
    title: "{provider} does not answer",
    text: "Nobody can sign in until it does; whoever is signed in stays so. Try again in a moment.",
  },
  clock: {
    title: "The clocks do not agree",
    text: "{provider} and Clearway tell different times, so its answer cannot be trusted. Whoever runs Clearway can set the clocks right.",
  },
  keys: {
    title: "The signature of {provider} does not fit",
    text: "Its keys may just have been changed. Try again; if it stays so, tell whoever runs Clearway.",
  },
  configuration: {
    title: "{provider} does not know Clearway",
    text: "It refused how Clearway asked. Whoever runs Clearway can compare the client's id, secret and redirect address; the log has the reason.",
  },
  groups: {
    title: "Your groups could not be read",
    text: "{provider} did not list them in a form that Clearway knows, or there are too many. Whoever runs it can list only the groups that concern Clearway.",
  },
  notAskedAgain: {
    title: "{provider} did not ask you again",
    text: "It sent you back without a fresh sign-in, or without saying when it was. Sign out there, then sign in again.",
  },
  notSetUp: {
    title: "Clearway is not set up yet",
    text: "Its first administrator does that. Come back once it is done.",
  },
  addressTaken: {
    title: "Somebody with your e-mail address is here already",
    text: "They are known by another sign-in. A platform admin can say that both are you.",
  },
  inactive: {
    title: "You no longer have access",
    text: "Your entry here was closed. A platform admin can tell you why.",
  },
  noProviderSignOut: {
    title: "You are signed out of Clearway only",
    text: "{provider} has no address for signing out, or does not answer. Close the browser if others use it.",
  },
  unavailable: {
    title: "The database cannot be reached",
    text: "Nothing was lost. Try again in a moment.",
  },
  failed: {
    title: "The sign-in did not work",
    text: "Nobody was signed in, and nothing has changed. Try again; if it stays so, tell whoever runs Clearway: the log has the reason.",
  },
} as const satisfies Record<string, { title: string; text: string }>;

export type SignInProblem = keyof typeof SIGN_IN_PROBLEMS;

export function isSignInProblem(value: unknown): value is SignInProblem {
  return typeof value === "string" && Object.hasOwn(SIGN_IN_PROBLEMS, value);
}

/** The problem in words, with the provider called by its name. */
export function tellSignInProblem(problem: SignInProblem, provider: string): { title: string; text: string } {
  const { title, text } = SIGN_IN_PROBLEMS[problem];
  return { title: title.replaceAll("{provider}", provider), text: text.replaceAll("{provider}", provider) };
}
