"use client";

import { useId } from "react";
import type { ComponentScope } from "@/domain/catalog/components";

const CHOICES: readonly { value: ComponentScope; label: string; hint: string }[] = [
  { value: "common", label: "Once for all clients", hint: "One installation in each environment." },
  {
    value: "client",
    label: "Per client",
    hint: "Its own installation for each client that has it, where an environment is per client.",
  },
];

/** How a component is installed. It never changes afterwards. */
export function ScopeField({
  value,
  onChange,
}: {
  value: ComponentScope;
  onChange: (value: ComponentScope) => void;
}) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Installed</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {CHOICES.map((choice) => (
          <label
            key={choice.value}
            className="flex items-start gap-2.5 rounded-md border border-line-strong px-3 py-2 has-checked:border-accent has-checked:bg-accent-tint"
          >
            <input
              type="radio"
              name={name}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <span>
              {choice.label}
              <span className="block text-ink-2 text-xs">{choice.hint}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
