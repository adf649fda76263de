"use client";

import { useMutation } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { AddComponent } from "./add-component";
import { AddRepository } from "./add-repository";
import type { Component, ProductDetails, Repository } from "./catalog";
import type { ProductAddress } from "./catalog-search";
import { EndDialog } from "./end-dialog";
import { RenameDialog } from "./rename-dialog";
import { useRenamed } from "./use-renamed";

type ProductActsProps = { product: ProductDetails; address: ProductAddress; onClose: () => void };

/** The form that the address names, if what it is about is there. */
export function ProductActs({ product, address, onClose }: ProductActsProps) {
  const repository = product.repositories.find(({ key }) => key === address.on);
  const component = product.repositories
    .flatMap((one) => one.components)
    .find(({ key }) => key === address.on);
  if (!product.canEdit) return null;
  switch (address.act) {
    case "repository":
      return <AddRepository product={product} onClose={onClose} />;
    case "component":
      return <AddComponent product={product} repositoryKey={address.on} onClose={onClose} />;
    case "rename":
      return <RenameProduct product={product} onClose={onClose} />;
    case "rename-repository":
      return repository ? <RenameRepository repository={repository} onClose={onClose} /> : null;
    case "remove-repository":
      return repository && repository.state !== "ready" ? (
        <RemoveRepository repository={repository} onClose={onClose} />
      ) : null;
    case "rename-component":
      return component ? <RenameComponent component={component} onClose={onClose} /> : null;
    case "retire-component":
      return component && !component.retiredAt ? (
        <RetireComponent component={component} onClose={onClose} />
      ) : null;
    default:
      return null;
  }
}

const OWN = ["CONFLICT", "INVALID", "FORBIDDEN", "SLOT_BUSY"] as const;

function RenameProduct({ product, onClose }: { product: ProductDetails; onClose: () => void }) {
  const trpc = useTRPC();
  const invalidates = [trpc.products.pathKey()];
  const undo = useMutation(trpc.products.rename.mutationOptions({ meta: { invalidates } }));
  const onUndo = (name: string) => undo.mutate({ productId: product.id, name });
  const rename = useMutation(
    trpc.products.rename.mutationOptions({
      meta: { invalidates, tellsItself: OWN },
      onSuccess: useRenamed({ name: product.name, onUndo, onClose }),
    }),
  );
  return (
    <RenameDialog
      what={product.name}
      name={product.name}
      told={rename.error ? tell(rename.error) : null}
      pending={rename.isPending}
      onRename={(name) => rename.mutate({ productId: product.id, name })}
      onClose={onClose}
    />
  );
}

function RenameRepository({ repository, onClose }: { repository: Repository; onClose: () => void }) {
  const trpc = useTRPC();
  const invalidates = [trpc.products.pathKey(), trpc.repositories.pathKey()];
  const undo = useMutation(trpc.repositories.rename.mutationOptions({ meta: { invalidates } }));
  const onUndo = (name: string) => undo.mutate({ repositoryId: repository.id, name });
  const rename = useMutation(
    trpc.repositories.rename.mutationOptions({
      meta: { invalidates, tellsItself: OWN },
      onSuccess: useRenamed({ name: repository.name, onUndo, onClose }),
    }),
  );
  return (
    <RenameDialog
      what={`the repository ${repository.key}`}
      name={repository.name}
      told={rename.error ? tell(rename.error) : null}
      pending={rename.isPending}
      onRename={(name) => rename.mutate({ repositoryId: repository.id, name })}
      onClose={onClose}
    />
  );
}

function RemoveRepository({ repository, onClose }: { repository: Repository; onClose: () => void }) {
  const trpc = useTRPC();
  const remove = useMutation(
    trpc.repositories.remove.mutationOptions({
      meta: { invalidates: [trpc.products.pathKey()], tellsItself: OWN },
      onSuccess: onClose,
    }),
  );
  return (
    <EndDialog
      title={`Remove the import of ${repository.key}?`}
      description="What has arrived so far is deleted and the key is free again. The source is not touched."
      verb="Remove import"
      hasReason={false}
      told={remove.error ? tell(remove.error) : null}
      pending={remove.isPending}
      onEnd={() => remove.mutate({ repositoryId: repository.id })}
      onClose={onClose}
    />
  );
}

function RenameComponent({ component, onClose }: { component: Component; onClose: () => void }) {
  const trpc = useTRPC();
  const invalidates = [trpc.products.pathKey(), trpc.environments.pathKey()];
  const undo = useMutation(trpc.components.rename.mutationOptions({ meta: { invalidates } }));
  const onUndo = (name: string) => undo.mutate({ componentId: component.id, name });
  const rename = useMutation(
    trpc.components.rename.mutationOptions({
      meta: { invalidates, tellsItself: OWN },
      onSuccess: useRenamed({ name: component.name, onUndo, onClose }),
    }),
  );
  return (
    <RenameDialog
      what={component.key}
      name={component.name}
      told={rename.error ? tell(rename.error) : null}
      pending={rename.isPending}
      onRename={(name) => rename.mutate({ componentId: component.id, name })}
      onClose={onClose}
    />
  );
}

function RetireComponent({ component, onClose }: { component: Component; onClose: () => void }) {
  const trpc = useTRPC();
  const retire = useMutation(
    trpc.components.retire.mutationOptions({
      meta: { invalidates: [trpc.products.pathKey(), trpc.environments.pathKey()], tellsItself: OWN },
      onSuccess: onClose,
    }),
  );
  return (
    <EndDialog
      title={`Retire ${component.key}?`}
      description="Nothing of it is deployed any more, anywhere. What runs goes on running, and its history stays."
      verb="Retire component"
      told={retire.error ? tell(retire.error) : null}
      pending={retire.isPending}
      onEnd={(reason) => retire.mutate({ componentId: component.id, ...(reason ? { reason } : {}) })}
      onClose={onClose}
    />
  );
}
