import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { TextField } from "@/components/ui/input";
import { SelectField } from "@/components/ui/select";

const DEBOUNCE_MS = 250;

type OtherPersonProps = { personId: string; value: string; onChange: (id: string) => void };

/** Another person, of however many: part of a name or an address finds them. */
export function OtherPerson({ personId, value, onChange }: OtherPersonProps) {
  const trpc = useTRPC();
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data } = useQuery(
    trpc.people.others.queryOptions({ personId, q }, { placeholderData: keepPreviousData }),
  );
  const found = data?.items ?? [];
  const none = data && found.length === 0 ? "Nobody else has this in their name or address" : null;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <TextField
        label="Find them"
        type="search"
        maxLength={100}
        placeholder="Name or e-mail"
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          onChange("");
        }}
      />
      <SelectField
        label="Who it is"
        required
        hint={data?.hasMore ? "There are more: type more of the name." : undefined}
        value={value}
        options={[
          { value: "", label: none ?? "Choose a person" },
          ...found.map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` })),
        ]}
        onChange={({ target }) => onChange(target.value)}
      />
    </div>
  );
}
