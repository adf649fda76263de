"use client";

import { useCallback } from "react";
import { PageError } from "@/components/portal/page-error";

type Props = { error: Error & { digest?: string } };

/** What is left when even the frame of the pages could not be made: the whole address is asked for again. */
export default function RootError({ error }: Props) {
  const retry = useCallback(() => window.location.reload(), []);
  return (
    <main className="pt-[16vh]">
      <PageError
        message="Something went wrong on our side. Nothing was changed."
        reference={error.digest}
        pending={false}
        onRetry={retry}
      />
    </main>
  );
}
