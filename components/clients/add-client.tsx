"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FormDialog, placed } from "@/components/catalog/form-dialog";
import { missingIn, NameAndKeyFields, useNameAndKey } from "@/components/catalog/name-and-key";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { tell } from "@/components/trpc/refusal";
import { Checkbox } from "@/components/ui/checkbox";
import { clientHref } from "./clients-search";

type AddClientProps = { components: Outputs["clients"]["list"]["components"]; onClose: () => void };

/** With what it has from the beginning; the rest is switched on its own page. */
export function AddClient({ components, onClose }: AddClientProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const fields = useNameAndKey();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [missing, setMissing] = useState<ReturnType<typeof missingIn>>(null);
  const add = useMutation(
    trpc.clients.add.mutationOptions({
      meta: {
        invalidates: [trpc.clients.pathKey(), trpc.products.pathKey(), trpc.environments.pathKey()],
        tellsItself: ["CONFLICT", "INVALID", "FORBIDDEN"],
      },
      onSuccess: ({ key }) => router.push(clientHref({ key })),
    }),
  );
  const told = placed(add.error ? tell(add.error) : null);
  return (
    <FormDialog
      wide
      title="Add a client"
      description="For each component it has, it gets a slot of its own where environments are per client."
      verb="Add client"
      pending={add.isPending || add.isSuccess}
      told={told.rest}
      onClose={onClose}
      onSubmit={() => {
        const found = missingIn(fields);
        setMissing(found);
        if (!found)
          add.mutate({ name: fields.name.trim(), key: fields.key.trim(), componentIds: [...chosen] });
      }}
    >
      <NameAndKeyFields
        fields={fields}
        errors={{ name: missing?.name ?? told.of("name"), key: missing?.key ?? told.of("key") }}
        placeholder="Acme"
        keyHint="Stands in addresses; it never changes."
      />
      {components.length > 0 ? (
        <fieldset>
          <legend className="mb-1.5 font-medium">
            What it has <span className="font-normal text-ink-2">(optional)</span>
          </legend>
          <div className="grid max-h-56 gap-2 overflow-y-auto sm:grid-cols-2">
            {components.map(({ id, key, name, product }) => (
              <Checkbox
                key={id}
                label={key}
                hint={`${name}, of ${product.name}`}
                checked={chosen.includes(id)}
                onChange={(event) =>
                  setChosen(event.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
                }
              />
            ))}
          </div>
        </fieldset>
      ) : (
        <p className="text-ink-2">
          No component is installed per client yet: once there is one, the client's page switches it on.
        </p>
      )}
    </FormDialog>
  );
}
