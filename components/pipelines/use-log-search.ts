"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTRPC } from "@/components/trpc/client";

const NONE: readonly number[] = [];

/** Searches a job's log where it is kept; the lines are those that the reader sees. */
export function useLogSearch(jobId: string) {
  const trpc = useTRPC();
  const [words, setWords] = useState("");
  const wanted = words.trim().slice(0, 200);
  const { data, isError } = useQuery(
    trpc.pipelines.searchLog.queryOptions(
      { jobId, words: wanted },
      { enabled: wanted !== "", placeholderData: keepPreviousData },
    ),
  );
  return {
    words,
    onWords: useCallback((next: string) => setWords(next), []),
    found: wanted === "" ? NONE : (data?.lines ?? NONE),
    // Until the answer is there nothing is said of how many there are.
    total: wanted === "" ? 0 : (data?.total ?? -1),
    hasFailed: wanted !== "" && isError && !data,
  };
}
