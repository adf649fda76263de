"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ReasonDialog } from "@/components/promotions/reason-dialog";
import { newPullRequestHref } from "@/components/repositories/repository-search";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { showToast } from "@/components/ui/toast-queue";
import type { PullRequest } from "./pull-request";

export function PullRequestActions({ pullRequest }: { pullRequest: PullRequest }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { number, you, repository, sourceBranch, targetBranch } = pullRequest;
  const anewHref = newPullRequestHref({
    repository: repository.key,
    source: sourceBranch,
    target: targetBranch,
  });
  const [isClosing, setIsClosing] = useState(false);
  const meta = {
    invalidates: [trpc.pullRequests.pathKey(), trpc.promotions.pathKey(), trpc.branches.pathKey()],
  };
  const close = useMutation(
    trpc.pullRequests.close.mutationOptions({
      meta,
      onSuccess: () =>
        showToast({
          tone: "ok",
          title: `Pull request #${number} is closed.`,
          // Not the same one: its promotion has ended, and the next is decided anew.
          action: { label: "Open another", onClick: () => router.push(anewHref) },
        }),
      onSettled: () => setIsClosing(false),
    }),
  );
  const again = useMutation(trpc.pullRequests.requestAgain.mutationOptions({ meta }));
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
