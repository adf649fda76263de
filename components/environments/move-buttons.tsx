import { useMutation } from "@tanstack/react-query";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useTRPC } from "@/components/trpc/client";
import { IconButton } from "@/components/ui/button";
import { showToast } from "@/components/ui/toast-queue";
import type { EditedEnvironment } from "./edited-environment";

const OPPOSITE = { up: "down", down: "up" } as const;

type MoveButtonsProps = { environment: EditedEnvironment; isFirst: boolean; isLast: boolean };

/** One place earlier or later in the order, at once, and back again. */
export function MoveButtons({ environment, isFirst, isLast }: MoveButtonsProps) {
  const trpc = useTRPC();
  const meta = { invalidates: [trpc.environments.pathKey()] };
  const back = useMutation(trpc.environments.move.mutationOptions({ meta }));
  const move = useMutation(
    trpc.environments.move.mutationOptions({
      meta,
      onSuccess: ({ environmentId, name, other }, { direction }) =>
        showToast({
          // Undo takes the last step back: an earlier one would be offered beside it in the wrong order.
          id: "moved",
          tone: "ok",
          title: `${name} comes ${direction === "up" ? "before" : "after"} ${other} now`,
          action: {
            label: "Undo",
            onClick: () => back.mutate({ environmentId, direction: OPPOSITE[direction] }),
          },
        }),
    }),
  );
  const { id: environmentId, name } = environment;
  const isMoving = (direction: "up" | "down") => move.isPending && move.variables.direction === direction;
  return (
    <>
      <IconButton
        label={`Move ${name} up`}
        small
        icon={<ArrowUp aria-hidden className="size-4" />}
        pending={isMoving("up")}
        disabledReason={isFirst ? "It is the first already" : null}
        onClick={() => move.mutate({ environmentId, direction: "up" })}
      />
      <IconButton
        label={`Move ${name} down`}
        small
        icon={<ArrowDown aria-hidden className="size-4" />}
        pending={isMoving("down")}
        disabledReason={isLast ? "It is the last already" : null}
        onClick={() => move.mutate({ environmentId, direction: "down" })}
      />
    </>
  );
}
