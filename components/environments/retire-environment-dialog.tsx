"use client";

import { useMutation } from "@tanstack/react-query";
import { ReasonDialog } from "@/components/promotions/reason-dialog";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import type { EditedEnvironment } from "./edited-environment";
import { useActOptions } from "./use-environment-act";

type RetireEnvironmentDialogProps = { environment: EditedEnvironment; onClose: () => void };

export function RetireEnvironmentDialog({ environment, onClose }: RetireEnvironmentDialogProps) {
  const trpc = useTRPC();
  const retire = useMutation(trpc.environments.retire.mutationOptions(useActOptions(onClose)));
  const { name, key, counts } = environment;
  const waiting = counts?.waiting ?? 0;
  const live = counts?.live ?? 0;
  const needing = counts?.needing ?? 0;
  return (
    <ReasonDialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={`Retire ${name}`}
      description="For good: it is not brought back, and nothing is deployed there again."
      label="Why"
      missing="Say why: it is kept with the environment."
      verb={`Retire ${name}`}
      danger
      pending={retire.isPending}
      refusal={retire.error ? tell(retire.error).sentence : null}
      onConfirm={(reason) => retire.mutate({ environmentId: environment.id, reason })}
    >
      <ul className="flex list-disc flex-col gap-1 pl-5">
        <li>
          {waiting === 0
            ? "No promotion waits for it."
            : `${waiting === 1 ? "1 promotion that waits for it is" : `${waiting} promotions that wait for it are`} cancelled with your reason.`}
        </li>
        {needing > 0 ? (
          <li>
            {needing === 1 ? "1 promotion elsewhere was" : `${needing} promotions elsewhere were`} asked for
            with {name} on the path. What has not been verified there by now never will be: ask for it anew.
          </li>
        ) : null}
        <li>
          {live === 0
            ? "Nothing runs there."
            : `What runs in ${live === 1 ? "1 slot goes" : `${live} slots goes`} on running: switch it off where it stands. It stays listed here as retired.`}
        </li>
        <li>The key {key} is not given to another environment.</li>
      </ul>
    </ReasonDialog>
  );
}
