import { useMutation } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { showToast } from "@/components/ui/toast-queue";

/** Says whether the role was given or waits for somebody; where it waits, who can agree is on the request. */
function toldOf(name: string) {
  return ({ outcome }: { outcome: "given" | "asked" }) =>
    showToast(
      outcome === "given"
        ? { tone: "ok", title: `${name} has the role` }
        : { tone: "info", title: "Asked for. Another administrator agrees, under People, Requests." },
    );
}

export function useGiveRole(name: string, onDone?: () => void) {
  const trpc = useTRPC();
  return useMutation(
    trpc.people.grant.mutationOptions({
      meta: { invalidates: [trpc.people.pathKey()] },
      onSuccess: (answer) => {
        toldOf(name)(answer);
        onDone?.();
      },
    }),
  );
}

export function useGiveGroupRole(name: string, onDone?: () => void) {
  const trpc = useTRPC();
  return useMutation(
    trpc.people.addGroupRole.mutationOptions({
      meta: { invalidates: [trpc.people.pathKey()] },
      onSuccess: (answer) => {
        toldOf(`The group ${name}`)(answer);
        onDone?.();
      },
    }),
  );
}
