"use client";

import { useMutation } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { showToast } from "@/components/ui/toast-queue";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { severalWords } from "./people-words";
import type { AccessRequest } from "./person";

const DONE = { agreed: "The role is given", refused: "Refused", withdrawn: "Taken back" } as const;

/** What whoever looks may do about a request: agree or refuse another's, take back one's own. */
export function RequestActs({ request }: { request: AccessRequest }) {
  const trpc = useTRPC();
  const decide = useMutation(
    trpc.people.decide.mutationOptions({
      meta: { invalidates: [trpc.people.pathKey()] },
      onSuccess: ({ decision }) => showToast({ tone: "ok", title: DONE[decision] }),
    }),
  );
  const act = (decision: keyof typeof DONE) => ({
    pending: decide.isPending && decide.variables.decision === decision,
    onClick: () => decide.mutate({ requestId: request.id, decision }),
  });
  if (request.isMine) {
    return (
      <Button size="small" {...act("withdrawn")}>
        Take back
      </Button>
    );
  }
  return (
    <>
      <Button size="small" {...act("refused")}>
        Refuse
      </Button>
      <Button size="small" variant="primary" disabledReason={request.refusal} {...act("agreed")}>
        Agree
      </Button>
    </>
  );
}

/** What agreeing would do, or who can agree. */
export function RequestOutlook({
  request,
  administrators,
}: {
  request: AccessRequest;
  administrators: readonly string[];
}) {
  if (request.isMine) {
    const names = administrators.filter((name) => name !== request.name);
    return (
      <>
        {names.length > 0
          ? `You asked for this: ${names.join(" or ")} can agree.`
          : "You asked for this, and nobody else administers who could agree."}
      </>
    );
  }
  if (request.refusal) return <>{request.refusal}</>;
  if (request.groupName === null) return <>They have the role at once when you agree.</>;
  return request.gaining.count > 0 ? (
    <>
      At once for <UntrustedText>{severalWords(request.gaining)}</UntrustedText>; for others in the group when
      they sign in.
    </>
  ) : (
    <>Nobody seen so far is in this group; whoever signs in with it has the role.</>
  );
}
