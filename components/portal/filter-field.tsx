"use client";

import { useRouter } from "next/navigation";
import { useId } from "react";
import { Input } from "@/components/ui/input";

type FilterFieldProps = {
  label: string;
  placeholder: string;
  value: string | undefined;
  hrefOf: (value: string | undefined) => string;
  className?: string;
};

/** A filter that is typed: Enter puts it in the address, emptying it takes it out. */
export function FilterField({ label, placeholder, value, hrefOf, className }: FilterFieldProps) {
  const router = useRouter();
  const id = useId();
  return (
    <form
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        const text = String(new FormData(event.currentTarget).get("filter") ?? "").trim();
        router.push(hrefOf(text || undefined), { scroll: false });
      }}
    >
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <Input
        key={value}
        id={id}
        name="filter"
        type="search"
        defaultValue={value}
        placeholder={placeholder}
        maxLength={200}
        className="h-7 w-56"
        onChange={(event) => {
          if (event.target.value === "" && value) router.push(hrefOf(undefined), { scroll: false });
        }}
      />
    </form>
  );
}
