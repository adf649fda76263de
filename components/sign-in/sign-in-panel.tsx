import type { ReactNode } from "react";
import { buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { CodeBlock } from "@/components/ui/code-block";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { type SignInProblem, tellSignInProblem } from "@/domain/people/sign-in-problems";

type SignInPanelProps = {
  /** Null while the installation is not set up. */
  organisation: string | null;
  provider: string;
  next: string;
  problem: SignInProblem | null;
  isSignedOut: boolean;
  /** Who is signed in already: a sign-in that failed did not end it. */
  signedInAs: string | null;
  children?: ReactNode;
};

/** The door of a real installation: whose it is, one button, and what went wrong if something did. */
export function SignInPanel(props: SignInPanelProps) {
  const { organisation, provider, next, problem, isSignedOut, signedInAs, children } = props;
  const told = problem ? tellSignInProblem(problem, provider) : null;
  return (
    <div className="flex flex-col gap-5">
      <header>
        <h1 className="text-xl">
          {organisation ? <UntrustedText>{organisation}</UntrustedText> : "Set up Clearway"}
        </h1>
        <p className="mt-1 text-ink-2">
          {organisation
            ? "Sign in to see what waits for you."
            : "Nobody has set this installation up yet. Its first administrator signs in to do so."}
        </p>
      </header>
      {told ? (
        <Callout tone="warning" title={told.title}>
          {told.text}
        </Callout>
      ) : null}
      {isSignedOut ? (
        <Callout title="You are signed out of Clearway">
          At {provider} you may still be signed in.{" "}
          <a href="/api/sign-out/provider" className="underline">
            Sign out there too
          </a>
        </Callout>
      ) : null}
      {children}
      <a
        href={`/api/sign-in?next=${encodeURIComponent(next)}`}
        className={buttonClass({ variant: "primary", size: "large" })}
      >
        Sign in with {provider}
      </a>
      {signedInAs ? (
        <p className="text-ink-2">
          You are still signed in as <UntrustedText>{signedInAs}</UntrustedText>.{" "}
          <a href={`/${next.slice(1)}`} className="underline">
            Go on
          </a>
        </p>
      ) : null}
    </div>
  );
}

/** Who the provider says somebody is, to be copied into the configuration. */
export function OwnIdentity({ issuer, subject }: { issuer: string; subject: string }) {
  return (
    <div>
      <p className="mb-1 text-ink-2">
        You signed in, but the configuration names somebody else as the first administrator, or nobody. If it
        is you, start Clearway with this:
      </p>
      <CodeBlock label="Your identity" copyLabel="Copy">
        {`CLEARWAY_ADMIN="${issuer} ${subject}"`}
      </CodeBlock>
    </div>
  );
}
