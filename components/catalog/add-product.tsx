"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { productHref } from "./catalog-search";
import { FormDialog, placed } from "./form-dialog";
import { missingIn, NameAndKeyFields, useNameAndKey } from "./name-and-key";

export function AddProduct({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const fields = useNameAndKey();
  const [missing, setMissing] = useState<ReturnType<typeof missingIn>>(null);
  const add = useMutation(
    trpc.products.add.mutationOptions({
      meta: { invalidates: [trpc.products.pathKey()], tellsItself: ["CONFLICT", "INVALID", "FORBIDDEN"] },
      onSuccess: ({ key }) => router.push(productHref({ key, act: "repository" })),
    }),
  );
  const told = placed(add.error ? tell(add.error) : null);
  return (
    <FormDialog
      title="Add a product"
      description="A product holds repositories and components; roles can be given for one product. Next comes its first repository."
      verb="Add product"
      pending={add.isPending || add.isSuccess}
      told={told.rest}
      onClose={onClose}
      onSubmit={() => {
        const found = missingIn(fields);
        setMissing(found);
        if (!found) add.mutate({ name: fields.name.trim(), key: fields.key.trim() });
      }}
    >
      <NameAndKeyFields
        fields={fields}
        errors={{ name: missing?.name ?? told.of("name"), key: missing?.key ?? told.of("key") }}
        placeholder="Payments"
        keyHint="Stands in addresses; it never changes."
      />
    </FormDialog>
  );
}
