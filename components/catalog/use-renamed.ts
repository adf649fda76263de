import { useState } from "react";
import { showToast } from "@/components/ui/toast-queue";

type UseRenamed = { name: string; onUndo: (before: string) => void; onClose: () => void };

/** Closes the form and says what was done, with the way back to the name that was there when it was opened. */
export function useRenamed({ name, onUndo, onClose }: UseRenamed) {
  // Others' news may bring the new name before the answer does.
  const [before] = useState(name);
  return (_answer: unknown, given: { name: string }) => {
    onClose();
    if (given.name === before) return;
    showToast({
      tone: "ok",
      title: `${before} is now ${given.name}`,
      action: { label: "Undo", onClick: () => onUndo(before) },
    });
  };
}
