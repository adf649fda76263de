import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { Branch } from "./branch";

type DeleteDialogProps = {
  branches: readonly Branch[];
  isOpen: boolean;
  isBusy: boolean;
  onClose: () => void;
  onDelete: (branches: readonly Branch[]) => void;
};

/** Before several are deleted at once: which are, and which stay and why. */
export function DeleteDialog({ branches, isOpen, isBusy, onClose, onDelete }: DeleteDialogProps) {
  const allowed = branches.filter(({ you }) => you.whyNotDelete === null);
  const kept = branches.filter(({ you }) => you.whyNotDelete !== null);
  const verb = allowed.length === 1 ? "Delete it" : `Delete ${allowed.length}`;
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(open) => open || onClose()}
      title={allowed.length === 1 ? "Delete one branch" : `Delete ${allowed.length} branches`}
      description="Their commits are kept for 30 days: until then each can be restored where it was."
      actions={
        <>
          <Button onClick={onClose}>Keep them</Button>
          <Button
            variant="dangerSolid"
            pending={isBusy}
            disabledReason={allowed.length === 0 ? "None of these may be deleted" : null}
            onClick={() => onDelete(allowed)}
          >
            {verb}
          </Button>
        </>
      }
    >
      <ul className="flex flex-col gap-1 font-mono text-xs">
        {allowed.map(({ id, name, repositoryKey }) => (
          <li key={id} className="break-words">
            <UntrustedText>{`${repositoryKey} ${name}`}</UntrustedText>
          </li>
        ))}
      </ul>
      {kept.length > 0 ? (
        <>
          <p className="mt-3 font-medium">These stay</p>
          <ul className="mt-1 flex flex-col gap-1">
            {kept.map(({ id, name, you }) => (
              <li key={id}>
                <UntrustedText className="font-mono text-xs">{name}</UntrustedText>
                <span className="block text-ink-2 text-xs">{you.whyNotDelete}</span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Dialog>
  );
}
