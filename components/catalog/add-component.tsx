"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { SelectField } from "@/components/ui/select";
import { showToast } from "@/components/ui/toast-queue";
import type { ComponentScope } from "@/domain/catalog/components";
import type { ProductDetails } from "./catalog";
import { FormDialog, placed } from "./form-dialog";
import { missingIn, NameAndKeyFields, useNameAndKey } from "./name-and-key";
import { ScopeField } from "./scope-field";

type AddComponentProps = { product: ProductDetails; repositoryKey: string | undefined; onClose: () => void };

export function AddComponent({ product, repositoryKey, onClose }: AddComponentProps) {
  const trpc = useTRPC();
  const ready = product.repositories.filter(({ state }) => state === "ready");
  const [repositoryId, setRepositoryId] = useState(
    (ready.find(({ key }) => key === repositoryKey) ?? ready[0])?.id ?? "",
  );
  const fields = useNameAndKey();
  const [scope, setScope] = useState<ComponentScope>("common");
  const [missing, setMissing] = useState<ReturnType<typeof missingIn>>(null);
  const add = useMutation(
    trpc.components.add.mutationOptions({
      meta: {
        invalidates: [trpc.products.pathKey(), trpc.repositories.pathKey(), trpc.environments.pathKey()],
        tellsItself: ["CONFLICT", "INVALID", "FORBIDDEN"],
      },
      onSuccess: ({ name }) => {
        showToast({ tone: "ok", title: `${name} is in the catalogue` });
        onClose();
      },
    }),
  );
  const told = placed(add.error ? tell(add.error) : null);
  return (
    <FormDialog
      wide
      title="Add a component"
      description="What is built from a repository and installed. The repository's pipeline file names it by its key."
      verb="Add component"
      pending={add.isPending}
      told={told.rest}
      onClose={onClose}
      onSubmit={() => {
        const found = missingIn(fields);
        setMissing(found);
        if (!found) add.mutate({ repositoryId, name: fields.name.trim(), key: fields.key.trim(), scope });
      }}
    >
      <NameAndKeyFields
        fields={fields}
        errors={{ name: missing?.name ?? told.of("name"), key: missing?.key ?? told.of("key") }}
        placeholder="Payments API"
        keyHint="As the pipeline file calls it; it never changes."
      />
      <SelectField
        label="Built from"
        required
        value={repositoryId}
        options={ready.map(({ id, key }) => ({ value: id, label: key }))}
        error={
          told.of("repositoryId") ?? (ready.length === 0 ? "There is no repository that is ready yet." : null)
        }
        onChange={(event) => setRepositoryId(event.target.value)}
      />
      <ScopeField value={scope} onChange={setScope} />
    </FormDialog>
  );
}
