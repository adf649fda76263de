"use client";

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Input } from "@/components/ui/input";
import { PolicyRules } from "@/domain/policies/policy";

const Key = PolicyRules.shape.requiredChecks.unwrap().element;

type RequiredChecksProps = { value: readonly string[]; onChange: (keys: string[]) => void };

/** Jobs that must be part of the run and have passed: offered from those that the newest runs had. */
export function RequiredChecks({ value, onChange }: RequiredChecksProps) {
  const trpc = useTRPC();
  const { data, isError } = useQuery(trpc.policies.checks.queryOptions());
  const id = useId();
  const [typed, setTyped] = useState("");
  const seen = new Map((data?.checks ?? []).map((check) => [check.key, check.repositories]));
  const offered = [...new Set([...seen.keys(), ...value])];
  const isValid = Key.safeParse(typed).success && !value.includes(typed);
  const add = () => {
    if (!isValid) return;
    onChange([...value, typed]);
    setTyped("");
  };
  return (
    <fieldset>
      <legend className="font-medium">Checks by name</legend>
      <p className="text-ink-2">
        Jobs that every run must have and pass, by their key in .clearway/pipeline.yaml.
        {data
          ? ` Offered: those of the newest ${data.runs} runs; where nothing else is said, every repository has it.`
          : ""}
      </p>
      {isError && !data ? (
        <p role="alert" className="mt-1 text-bad-ink">
          The checks of the newest runs could not be loaded. A key can still be typed.
        </p>
      ) : null}
      <div className="mt-2 flex flex-col gap-1.5">
        {offered.map((key) => (
          <Checkbox
            key={key}
            label={<code className="font-mono text-xs">{key}</code>}
            hint={whereSeen(seen.get(key), data?.repositories)}
            checked={value.includes(key)}
            onChange={({ target }) =>
              onChange(target.checked ? [...value, key] : value.filter((one) => one !== key))
            }
          />
        ))}
      </div>
      <div className="mt-2 flex max-w-80 gap-2">
        <label htmlFor={id} className="sr-only">
          Another check
        </label>
        <Input
          id={id}
          value={typed}
          placeholder="another job's key"
          maxLength={64}
          onChange={({ target }) => setTyped(target.value.trim())}
          onKeyDown={(event) => {
            if (event.key === "Enter") add();
          }}
        />
        <Button
          disabledReason={
            typed === "" || isValid ? null : "Lower-case letters, digits, dashes and underscores; each once"
          }
          onClick={add}
        >
          Add
        </Button>
      </div>
    </fieldset>
  );
}

function whereSeen(repositories: readonly string[] | undefined, all: number | undefined): string | undefined {
  if (all === undefined) return undefined;
  if (!repositories) return "No run had it yet: nothing passes until a pipeline file declares it";
  if (repositories.length >= all) return undefined;
  return `Only ${repositories.join(", ")} ${repositories.length === 1 ? "has" : "have"} it: elsewhere nothing passes until the pipeline file declares it`;
}
