"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ReasonDialog } from "@/components/promotions/reason-dialog";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import type { PullRequest } from "./pull-request";

export function PullRequestActions({ pullRequest }: { pullRequest: PullRequest }) {
  const trpc = useTRPC();
  const [isClosing, setIsClosing] = useState(false);
  const meta = {
    invalidates: [trpc.pullRequests.pathKey(), trpc.promotions.pathKey(), trpc.branches.pathKey()],
  };
  const close = useMutation(
    trpc.pullRequests.close.mutationOptions({ meta, onSettled: () => setIsClosing(false) }),
  );
  const again = useMutation(trpc.pullRequests.requestAgain.mutationOptions({ meta }));
  const { number, you } = pullRequest;
  return (
    <>
      {you.canClose ? (
        <Button variant="danger" onClick={() => setIsClosing(true)}>
          Close…
        </Button>
      ) : null}
      {you.canRequestAgain ? (
        <Button variant="primary" pending={again.isPending} onClick={() => again.mutate({ number })}>
          Ask for the merge again
        </Button>
      ) : null}
      <ReasonDialog
        open={isClosing}
        onOpenChange={setIsClosing}
        title="Close this pull request"
        description="Nothing is merged. The branch stays, and a new pull request can be opened for it."
        label="Reason"
        verb="Close it"
        danger
        isRequired={false}
        pending={close.isPending}
        onConfirm={(reason) => close.mutate({ number, ...(reason ? { reason } : {}) })}
      />
    </>
  );
}
