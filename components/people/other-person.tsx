import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { UntrustedText } from "@/components/ui/untrusted-text";

const DEBOUNCE_MS = 250;

type OtherPersonProps = { personId: string; value: string; onChange: (id: string) => void };

/** Another person, of however many: part of a name or an address finds them. */
export function OtherPerson({ personId, value, onChange }: OtherPersonProps) {
  const trpc = useTRPC();
  const name = useId();
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data, isLoadingError } = useQuery(
    trpc.people.others.queryOptions({ personId, q }, { placeholderData: keepPreviousData }),
  );
  return (
    <fieldset aria-busy={!data}>
      <legend className="mb-1 font-medium">Who it is</legend>
      <Input
        aria-label="Find them"
        type="search"
        maxLength={100}
        placeholder="Name or e-mail"
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          onChange("");
        }}
        className="mb-2"
      />
      <ul className="max-h-48 overflow-y-auto rounded-md border">
        {data?.items.map((person) => (
          <li key={person.id} className="border-b last:border-b-0">
            <label className="flex cursor-pointer items-center gap-3 px-3 py-1.5 hover:bg-fill has-checked:bg-accent-tint max-md:min-h-11">
              <input
                type="radio"
                name={name}
                checked={person.id === value}
                onChange={() => onChange(person.id)}
                className="size-4 shrink-0 accent-accent"
              />
              <span className="min-w-0 flex-1">
                <UntrustedText>{person.name}</UntrustedText>
                <UntrustedText className="block truncate text-ink-2 text-xs">{person.email}</UntrustedText>
              </span>
            </label>
          </li>
        ))}
        {data?.items.length === 0 ? (
          <li role="status" className="px-3 py-3 text-ink-2">
            Nobody else has this in their name or address.
          </li>
        ) : null}
        {data ? null : (
          <li className="px-3 py-3">
            {isLoadingError ? (
              <span role="alert">People could not be loaded: close this and open it again.</span>
            ) : (
              <Skeleton className="w-1/2" />
            )}
          </li>
        )}
      </ul>
      {data?.hasMore ? (
        <p className="mt-1 text-ink-2 text-xs">There are more: type more of the name.</p>
      ) : null}
    </fieldset>
  );
}
