"use client";

import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { tell } from "@/components/trpc/refusal";
import { Checkbox } from "@/components/ui/checkbox";
import { TextField } from "@/components/ui/input";
import { showToast } from "@/components/ui/toast-queue";
import type { ComponentScope } from "@/domain/catalog/components";
import type { ProductDetails } from "./catalog";
import { FormDialog, placed } from "./form-dialog";
import { missingIn, NameAndKeyFields, useNameAndKey } from "./name-and-key";
import { ScopeField } from "./scope-field";

export type RepositoryFormProps = {
  product: ProductDetails;
  choices: Outputs["repositories"]["importChoices"];
  choice: ReactNode;
  onClose: () => void;
};

/** With a starter it can be cloned, pushed to and built at once; without, it is empty. */
export function NewRepositoryForm({ product, choices, choice, onClose }: RepositoryFormProps) {
  const trpc = useTRPC();
  const isFirst = product.repositories.length === 0;
  const fields = useNameAndKey(isFirst ? { name: product.name, key: product.key } : undefined);
  const component = useNameAndKey();
  const [hasStarter, setHasStarter] = useState(true);
  const [hasComponent, setHasComponent] = useState(true);
  const [scope, setScope] = useState<ComponentScope>("common");
  const [sprint, setSprint] = useState(choices.suggestedSprint);
  const [missing, setMissing] = useState<{
    own: ReturnType<typeof missingIn>;
    component: ReturnType<typeof missingIn>;
  }>({ own: null, component: null });
  const add = useMutation(
    trpc.repositories.add.mutationOptions({
      meta: {
        invalidates: [trpc.products.pathKey(), trpc.repositories.pathKey(), trpc.environments.pathKey()],
        tellsItself: ["CONFLICT", "INVALID", "FORBIDDEN"],
      },
      onSuccess: ({ key }) => {
        showToast({ tone: "ok", title: `The repository ${key} is ready` });
        onClose();
      },
    }),
  );
  const told = add.error ? tell(add.error) : null;
  const isOfComponent = told?.code === "CONFLICT" && told.sentence.includes("component");
  const own = placed(isOfComponent || told?.fields.component ? null : told);
  return (
    <FormDialog
      wide
      title={`Add a repository to ${product.name}`}
      description="Clearway keeps it: people clone and push with any git client."
      verb="Create repository"
      pending={add.isPending}
      told={own.rest}
      onClose={onClose}
      onSubmit={() => {
        const wanted = hasStarter && hasComponent;
        const found = { own: missingIn(fields), component: wanted ? missingIn(component) : null };
        setMissing(found);
        if (found.own || found.component) return;
        add.mutate({
          productId: product.id,
          name: fields.name.trim(),
          key: fields.key.trim(),
          hasStarter,
          ...(hasStarter && sprint.trim() ? { firstSprint: sprint.trim() } : {}),
          ...(wanted ? { component: { name: component.name.trim(), key: component.key.trim(), scope } } : {}),
        });
      }}
    >
      {choice}
      <NameAndKeyFields
        fields={fields}
        errors={{ name: missing.own?.name ?? own.of("name"), key: missing.own?.key ?? own.of("key") }}
        placeholder="Payments"
        keyHint="The last part of its clone address; it never changes."
      />
      <Checkbox
        checked={hasStarter}
        onChange={(event) => setHasStarter(event.target.checked)}
        label="Begin with a starter"
        hint="A README and a pipeline that passes as it is, at master and at the first sprint branch."
      />
      {hasStarter ? (
        <>
          <TextField
            label="First sprint"
            hint={
              sprint.trim()
                ? `Opens sprint/${sprint.trim()}: features are cut from it and merged into it.`
                : "Without one, no sprint branch is opened."
            }
            className="sm:max-w-60"
            maxLength={10}
            value={sprint}
            error={own.of("firstSprint")}
            onChange={(event) => setSprint(event.target.value)}
          />
          <Checkbox
            checked={hasComponent}
            onChange={(event) => setHasComponent(event.target.checked)}
            label="With its first component"
            hint="What the pipeline builds and the environments run. More can be added at any time."
          />
          {hasComponent ? (
            <>
              <NameAndKeyFields
                of="Component"
                fields={component}
                errors={{
                  name: missing.component?.name,
                  key:
                    missing.component?.key ?? (isOfComponent ? told?.sentence : told?.fields.component?.[0]),
                }}
                placeholder="Payments API"
                keyHint="As the pipeline file calls it."
              />
              <ScopeField value={scope} onChange={setScope} />
            </>
          ) : null}
        </>
      ) : null}
    </FormDialog>
  );
}
