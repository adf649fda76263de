"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { showToast } from "@/components/ui/toast-queue";
import type { Branch } from "./branch";

type Done = { branchId: string; name: string };

/** Deletes, one or several, with Undo in the message; and restores. What is refused is said, the rest is done. */
export function useBranchDeletion() {
  const trpc = useTRPC();
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const { mutateAsync: deleteOne } = useMutation(trpc.branches.delete.mutationOptions());
  const { mutateAsync: restoreOne } = useMutation(trpc.branches.restore.mutationOptions());
  const refresh = useCallback(
    () => client.invalidateQueries({ queryKey: trpc.branches.pathKey() }),
    [client, trpc],
  );
  const restore = useCallback(
    async (branches: readonly Done[]) => {
      const done = await each(branches, ({ branchId }) => restoreOne({ branchId }));
      if (done.length > 0) showToast({ tone: "ok", title: `Restored ${inWords(done)}` });
      await refresh();
    },
    [restoreOne, refresh],
  );
  const remove = useCallback(
    async (branches: readonly Branch[]) => {
      setBusy(true);
      const done = await each(branches, ({ id, headSha }) => deleteOne({ branchId: id, headSha }));
      if (done.length > 0) {
        const undo = { label: "Undo", onClick: () => void restore(done) };
        showToast({ tone: "ok", title: `Deleted ${inWords(done)}`, action: undo });
      }
      await refresh();
      setBusy(false);
    },
    [deleteOne, restore, refresh],
  );
  return { remove, restore, isBusy };
}

/** One after the other: each is an act of its own. A refusal has been told by then; the next one is tried. */
async function each<T>(items: readonly T[], act: (item: T) => Promise<Done>): Promise<Done[]> {
  const done: Done[] = [];
  for (const item of items) {
    const answer = await act(item).catch(() => null);
    if (answer) done.push(answer);
  }
  return done;
}

function inWords(branches: readonly Done[]): string {
  const [first] = branches;
  return branches.length === 1 && first ? first.name : `${branches.length} branches`;
}
