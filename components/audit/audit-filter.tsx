"use client";

import { useRouter } from "next/navigation";
import { Button, ButtonLink } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { AUDIT_ACTIONS, actionInWords } from "@/domain/audit/actions";
import { type AuditAddress, auditHref } from "./audit-search";

const FIELDS = [
  { name: "actor", label: "Who", placeholder: "Part of a name", type: "search" },
  { name: "action", label: "What", placeholder: "", type: "action" },
  { name: "subject", label: "On what", placeholder: "Part of its name, or its id", type: "search" },
  { name: "from", label: "From", placeholder: "", type: "date" },
  { name: "until", label: "Until", placeholder: "", type: "date" },
] as const;

/** One bar for the question "who did what to what, when"; Enter asks it. */
export function AuditFilter({ address }: { address: AuditAddress }) {
  const router = useRouter();
  const isSet = FIELDS.some(({ name }) => address[name] !== undefined);
  return (
    <form
      key={auditHref(address)}
      aria-label="Filter"
      className="grid grid-cols-2 items-end gap-2 lg:grid-cols-[repeat(3,minmax(0,1fr))_repeat(2,9rem)_auto]"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const given = Object.fromEntries(
          FIELDS.map(({ name }) => [name, String(form.get(name) ?? "").trim() || undefined]),
        );
        router.push(auditHref({ ...address, ...given }), { scroll: false });
      }}
    >
      {FIELDS.map(({ name, label, placeholder, type }) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the control is inside
        <label key={name} className="flex flex-col gap-1">
          <span className="text-ink-2 text-xs">{label}</span>
          {type === "action" ? (
            <ActionSelect known={address.action} />
          ) : (
            <Input
              name={name}
              type={type}
              placeholder={placeholder}
              defaultValue={address[name]}
              maxLength={200}
            />
          )}
        </label>
      ))}
      <div className="flex gap-2">
        <Button type="submit">Filter</Button>
        {isSet ? (
          <ButtonLink href={auditHref({ productKey: address.productKey })} variant="ghost">
            Clear
          </ButtonLink>
        ) : null}
      </div>
    </form>
  );
}

/** Everything that can be written down, in the words of the list; an address may name one that is not among them. */
function ActionSelect({ known }: { known: string | undefined }) {
  const options = [
    { value: "", label: "Anything" },
    ...AUDIT_ACTIONS.map(({ noun, label, actions }) => ({
      label,
      options: [
        { value: `${noun}.`, label: `${label}: everything` },
        ...Object.entries(actions).map(([action, words]) => ({ value: `${noun}.${action}`, label: words })),
      ],
    })),
  ];
  const isListed = options.some((entry) =>
    "options" in entry ? entry.options.some(({ value }) => value === known) : entry.value === (known ?? ""),
  );
  return (
    <Select
      name="action"
      defaultValue={known ?? ""}
      options={isListed || !known ? options : [...options, { value: known, label: actionInWords(known) }]}
    />
  );
}
