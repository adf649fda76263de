"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { tell } from "@/components/trpc/refusal";
import { Breadcrumb } from "@/components/ui/breadcrumb";
import { ErrorState } from "@/components/ui/error-state";

type PageErrorProps = { error: Error & { digest?: string }; reset: () => void };

/** What could not be shown, with another try: the queries that failed are asked again. */
export default function PageError({ error, reset }: PageErrorProps) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const [isPending, startTransition] = useTransition();
  return (
    <>
      <Breadcrumb items={[{ label: "This page could not be shown" }]} />
      <div className="pt-[8vh]">
        <ErrorState
          title="This page could not be shown"
          message={
            error.digest ? "Something went wrong on our side. Nothing was changed." : tell(error).sentence
          }
          reference={error.digest}
          pending={isPending}
          onRetry={() =>
            startTransition(() => {
              queryClient.removeQueries({ predicate: (query) => query.state.status === "error" });
              router.refresh();
              reset();
            })
          }
        />
      </div>
    </>
  );
}
