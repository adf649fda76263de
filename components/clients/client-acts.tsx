"use client";

import { useMutation } from "@tanstack/react-query";
import { EndDialog } from "@/components/catalog/end-dialog";
import { RenameDialog } from "@/components/catalog/rename-dialog";
import { useRenamed } from "@/components/catalog/use-renamed";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import type { Client } from "./client";
import type { ClientAddress } from "./clients-search";

const OWN = ["CONFLICT", "INVALID", "FORBIDDEN", "SLOT_BUSY"] as const;

type ActProps = { client: Client; onClose: () => void };

/** The form that the address names. */
export function ClientActs({ address, ...props }: ActProps & { address: ClientAddress }) {
  if (!props.client.canEdit) return null;
  if (address.act === "rename") return <Rename {...props} />;
  if (address.act === "retire") return <Retire {...props} />;
  if (address.act === "end" && address.on) return <EndSubscription {...props} componentKey={address.on} />;
  return null;
}

function Rename({ client, onClose }: ActProps) {
  const trpc = useTRPC();
  const invalidates = [trpc.clients.pathKey(), trpc.environments.pathKey()];
  const undo = useMutation(trpc.clients.rename.mutationOptions({ meta: { invalidates } }));
  const onUndo = (name: string) => undo.mutate({ clientId: client.id, name });
  const rename = useMutation(
    trpc.clients.rename.mutationOptions({
      meta: { invalidates, tellsItself: OWN },
      onSuccess: useRenamed({ name: client.name, onUndo, onClose }),
    }),
  );
  return (
    <RenameDialog
      what={client.name}
      name={client.name}
      told={rename.error ? tell(rename.error) : null}
      pending={rename.isPending}
      onRename={(name) => rename.mutate({ clientId: client.id, name })}
      onClose={onClose}
    />
  );
}

function Retire({ client, onClose }: ActProps) {
  const trpc = useTRPC();
  const retire = useMutation(
    trpc.clients.retire.mutationOptions({
      meta: {
        invalidates: [trpc.clients.pathKey(), trpc.products.pathKey(), trpc.environments.pathKey()],
        tellsItself: OWN,
      },
      onSuccess: onClose,
    }),
  );
  return (
    <EndDialog
      title={`Retire ${client.name}?`}
      description="Nothing is deployed to it any more and everything it has ends. What runs goes on running, and its history stays. This cannot be undone."
      verb="Retire client"
      told={retire.error ? tell(retire.error) : null}
      pending={retire.isPending}
      onEnd={(reason) => retire.mutate({ clientId: client.id, ...(reason ? { reason } : {}) })}
      onClose={onClose}
    />
  );
}

function EndSubscription({ client, componentKey, onClose }: ActProps & { componentKey: string }) {
  const trpc = useTRPC();
  const row = client.subscriptions.find((one) => one.componentKey === componentKey && one.isSubscribed);
  const end = useMutation(
    trpc.clients.endSubscription.mutationOptions({
      meta: {
        invalidates: [trpc.clients.pathKey(), trpc.products.pathKey(), trpc.environments.pathKey()],
        tellsItself: OWN,
      },
      onSuccess: onClose,
    }),
  );
  if (!row) return null;
  return (
    <EndDialog
      title={`${client.name} no longer has ${row.componentKey}?`}
      description="Its slots end: nothing is deployed there any more. What runs goes on running. Switching it on again brings the same slots back."
      verb="End it"
      told={end.error ? tell(end.error) : null}
      pending={end.isPending}
      onEnd={(reason) =>
        end.mutate({ clientId: client.id, componentId: row.componentId, ...(reason ? { reason } : {}) })
      }
      onClose={onClose}
    />
  );
}
