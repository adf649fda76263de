"use client";

import { useState } from "react";
import { TextField } from "@/components/ui/input";
import { suggestKey } from "@/domain/catalog/suggest-key";

export type NameAndKey = { name: string; key: string };

/** What a form with a name and a key knows: the key follows the name until somebody writes one. */
export function useNameAndKey(first: NameAndKey = { name: "", key: "" }) {
  const [name, setName] = useState(first.name);
  const [key, setKey] = useState<string | null>(first.key || null);
  return { name, key: key ?? suggestKey(name), setName, setKey };
}

type Errors = { name?: string | null | undefined; key?: string | null | undefined };

type NameAndKeyFieldsProps = {
  fields: ReturnType<typeof useNameAndKey>;
  errors: Errors;
  placeholder: string;
  keyHint: string;
  /** Before the labels, where a form has two of these. */
  of?: string;
};

export function NameAndKeyFields({ fields, errors, placeholder, keyHint, of }: NameAndKeyFieldsProps) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <TextField
        label={of ? `${of} name` : "Name"}
        required
        placeholder={placeholder}
        maxLength={80}
        value={fields.name}
        error={errors.name}
        onChange={(event) => fields.setName(event.target.value)}
      />
      <TextField
        label={of ? `${of} key` : "Key"}
        required
        hint={keyHint}
        maxLength={60}
        spellCheck={false}
        autoCapitalize="none"
        className="[&_input]:font-mono"
        value={fields.key}
        error={errors.key}
        onChange={(event) => fields.setKey(event.target.value)}
      />
    </div>
  );
}

/** Said before anything is sent; the server says the rest. */
export function missingIn({ name, key }: NameAndKey): Errors | null {
  const errors: Errors = {
    ...(name.trim() === "" ? { name: "Give it a name." } : {}),
    ...(key.trim() === "" ? { key: "Give it a key of small letters, digits and hyphens." } : {}),
  };
  return errors.name || errors.key ? errors : null;
}
