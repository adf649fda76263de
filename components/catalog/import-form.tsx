"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { TextField } from "@/components/ui/input";
import { SelectField } from "@/components/ui/select";
import { suggestKey } from "@/domain/catalog/suggest-key";
import { FormDialog, placed } from "./form-dialog";
import { missingIn, NameAndKeyFields, useNameAndKey } from "./name-and-key";
import type { RepositoryFormProps } from "./new-repository-form";

const BY_ADDRESS = "";

/** From an https address, or from a directory that whoever runs Clearway has laid ready. */
export function ImportForm({ product, choices, choice, onClose }: RepositoryFormProps) {
  const trpc = useTRPC();
  const fields = useNameAndKey();
  const directories = choices.directories ?? [];
  const [directory, setDirectory] = useState(BY_ADDRESS);
  const [address, setAddress] = useState("");
  const [masterFrom, setMasterFrom] = useState("");
  const [sprint, setSprint] = useState("");
  const [missing, setMissing] = useState<{ own: ReturnType<typeof missingIn>; source?: string }>({
    own: null,
  });
  const isByAddress = directory === BY_ADDRESS;
  const begin = useMutation(
    trpc.repositories.import.mutationOptions({
      meta: {
        invalidates: [trpc.products.pathKey(), trpc.repositories.pathKey()],
        tellsItself: ["CONFLICT", "INVALID", "FORBIDDEN"],
      },
      onSuccess: onClose,
    }),
  );
  const error = begin.error ? tell(begin.error) : null;
  const isOfSource = error?.code === "INVALID" && Object.keys(error.fields).length === 0;
  const told = placed(isOfSource ? null : error);
  const source = isByAddress ? address.trim() : directory;
  const nameAfter = (from: string) => {
    const last = (from.trim().replace(/\/+$/, "").split("/").at(-1) ?? "").replace(/\.git$/, "");
    if (fields.name === "" && last !== "") fields.setName(last.slice(0, 80));
    if (fields.key === "" && suggestKey(last) !== "") fields.setKey(suggestKey(last));
  };
  return (
    <FormDialog
      wide
      title={`Add a repository to ${product.name}`}
      description="Its branches and tags are copied once; afterwards people push here. It goes on when this page is closed."
      verb="Begin import"
      pending={begin.isPending}
      told={told.rest}
      onClose={onClose}
      onSubmit={() => {
        const own = missingIn(fields);
        const noSource = source === "" ? { source: "Say where it is." } : {};
        setMissing({ own, ...noSource });
        if (own || source === "") return;
        begin.mutate({
          productId: product.id,
          name: fields.name.trim(),
          key: fields.key.trim(),
          sourceKind: isByAddress ? "url" : "directory",
          source,
          ...(masterFrom.trim() ? { masterFrom: masterFrom.trim() } : {}),
          ...(sprint.trim() ? { firstSprint: sprint.trim() } : {}),
        });
      }}
    >
      {choice}
      {directories.length > 0 ? (
        <SelectField
          label="From"
          required
          value={directory}
          options={[
            { value: BY_ADDRESS, label: "A clone address" },
            ...directories.map((name) => ({ value: name, label: `${name} on the server` })),
          ]}
          onChange={(event) => {
            setDirectory(event.target.value);
            nameAfter(event.target.value);
          }}
        />
      ) : null}
      {isByAddress ? (
        <TextField
          label="Clone address"
          required
          type="url"
          inputMode="url"
          spellCheck={false}
          placeholder="https://git.example.com/team/payments.git"
          hint="https only, without a password. One that asks for a password is pushed here with git instead: create a new one without starter."
          maxLength={600}
          value={address}
          error={missing.source ?? (isOfSource ? error?.sentence : told.of("source"))}
          onChange={(event) => setAddress(event.target.value)}
          onBlur={(event) => nameAfter(event.target.value)}
        />
      ) : isOfSource ? (
        <p role="alert" className="text-bad-ink">
          {error?.sentence}
        </p>
      ) : null}
      <NameAndKeyFields
        fields={fields}
        errors={{ name: missing.own?.name ?? told.of("name"), key: missing.own?.key ?? told.of("key") }}
        placeholder="Payments"
        keyHint="The last part of its new clone address."
      />
      <TextField
        label="Branch that becomes master"
        hint="Only where it has no master, or another branch is to be it. If it is needed and not said, the import asks."
        placeholder="main"
        className="sm:max-w-72"
        spellCheck={false}
        maxLength={200}
        value={masterFrom}
        error={told.of("masterFrom")}
        onChange={(event) => setMasterFrom(event.target.value)}
      />
      <TextField
        label="First sprint"
        hint={
          sprint.trim()
            ? `Opens sprint/${sprint.trim()} at master, unless it brings that branch.`
            : "Only where it brings no sprint branch: features are cut from one and merged into it."
        }
        placeholder={choices.suggestedSprint}
        className="sm:max-w-72"
        maxLength={10}
        value={sprint}
        error={told.of("firstSprint")}
        onChange={(event) => setSprint(event.target.value)}
      />
    </FormDialog>
  );
}
