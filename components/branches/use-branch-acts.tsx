"use client";

import { useCallback, useState } from "react";
import { Button } from "@/components/ui/button";
import type { Branch } from "./branch";
import { type BranchesAddress, branchesHref } from "./branches-search";
import { DeleteDialog } from "./delete-dialog";
import { useBranchDeletion } from "./use-branch-deletion";
import { useBranchKeys } from "./use-branch-keys";

const NOTHING: ReadonlyMap<string, Branch> = new Map();

/** Selecting, deleting and restoring; by pointer and by key. */
export function useBranchActs(address: BranchesAddress, branches: readonly Branch[]) {
  const place = branchesHref(address);
  const [selection, setSelection] = useState({ place, rows: NOTHING });
  // What was selected under another filter is out of sight, and nothing out of sight is deleted.
  const selected = selection.place === place ? selection.rows : NOTHING;
  const [asked, setAsked] = useState<readonly Branch[] | null>(null);
  const { remove, restore, isBusy } = useBranchDeletion();
  const select = useCallback(
    (branch: Branch) =>
      setSelection((known) => {
        const rows = new Map(known.place === place ? known.rows : NOTHING);
        if (!rows.delete(branch.id)) rows.set(branch.id, branch);
        return { place, rows };
      }),
    [place],
  );
  const clear = () => setSelection({ place, rows: NOTHING });
  const removeOne = useCallback((branch: Branch) => void remove([branch]), [remove]);
  const restoreOne = useCallback(({ id, name }: Branch) => void restore([{ branchId: id, name }]), [restore]);
  useBranchKeys({
    branchOf: (id) => branches.find((branch) => branch.id === id),
    onSelect: select,
    onDelete: (branch) => {
      if (selected.size > 0) setAsked([...selected.values()]);
      else if (branch && !branch.deletion && branch.you.whyNotDelete === null) removeOne(branch);
    },
    onClear: clear,
  });
  return {
    selected,
    select,
    removeOne,
    restoreOne,
    /** Over the page while something is selected. */
    bar:
      selected.size > 0 ? (
        <section
          aria-label="Selection"
          className="sticky bottom-4 z-20 mx-auto mt-4 flex w-fit items-center gap-3 rounded-lg bg-raised px-4 py-2 shadow-float"
        >
          <span role="status">{selected.size === 1 ? "One selected" : `${selected.size} selected`}</span>
          <Button size="small" onClick={clear} keys="Esc">
            Clear
          </Button>
          <Button
            size="small"
            variant="danger"
            keys="#"
            pending={isBusy}
            onClick={() => setAsked([...selected.values()])}
          >
            Delete
          </Button>
        </section>
      ) : null,
    dialog: (
      <DeleteDialog
        branches={asked ?? []}
        isOpen={asked !== null}
        isBusy={isBusy}
        onClose={() => setAsked(null)}
        onDelete={async (some) => {
          await remove(some);
          setAsked(null);
          clear();
        }}
      />
    ),
  };
}
