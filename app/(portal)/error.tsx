"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useCallback, useTransition } from "react";
import { PageError } from "@/components/portal/page-error";
import { tell } from "@/components/trpc/refusal";
import { Breadcrumb } from "@/components/ui/breadcrumb";

type Props = { error: Error & { digest?: string }; reset: () => void };

/** What could not be shown, with another try: the queries that failed are asked again. */
export default function PortalError({ error, reset }: Props) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const [isPending, startTransition] = useTransition();
  const retry = useCallback(
    () =>
      startTransition(() => {
        queryClient.removeQueries({ predicate: (query) => query.state.status === "error" });
        router.refresh();
        reset();
      }),
    [queryClient, router, reset],
  );
  return (
    <>
      <Breadcrumb items={[{ label: "This page could not be shown" }]} />
      <div className="pt-[8vh]">
        <PageError
          message={
            error.digest ? "Something went wrong on our side. Nothing was changed." : tell(error).sentence
          }
          reference={error.digest}
          pending={isPending}
          onRetry={retry}
        />
      </div>
    </>
  );
}
