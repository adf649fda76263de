"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { plainLines } from "@/domain/text/terminal";

type Read = { offset: number; text: string };

/** A job's log as far as it is known: asked for piece by piece, and again from its end whenever a job moves. */
export function useJobLog(jobId: string) {
  const trpc = useTRPC();
  const [read, setRead] = useState<Read>({ offset: 0, text: "" });
  const { data, error, refetch } = useQuery(
    trpc.pipelines.log.queryOptions({ jobId, offset: read.offset }, { staleTime: 0, gcTime: 0 }),
  );
  // Each piece is added once: its own beginning must be where the last one ended.
  useEffect(() => {
    if (!data || data.nextOffset <= read.offset) return;
    const more = data.chunks.map((chunk) => chunk.text).join("");
    setRead({ offset: data.nextOffset, text: read.text + more });
  }, [data, read]);
  const lines = useMemo(() => plainLines(read.text), [read.text]);
  return {
    lines,
    isOver: data?.isOver ?? false,
    isLoading: data === undefined && error === null,
    error: lines.length === 0 ? error : null,
    retry: () => void refetch(),
  };
}
