"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import type { ProductDetails } from "./catalog";
import { ImportForm } from "./import-form";
import { NewRepositoryForm } from "./new-repository-form";

type AddRepositoryProps = { product: ProductDetails; onClose: () => void };

/** New, or brought in from elsewhere: one choice, then one form. */
export function AddRepository({ product, onClose }: AddRepositoryProps) {
  const trpc = useTRPC();
  const { data: choices } = useQuery(trpc.repositories.importChoices.queryOptions());
  const [way, setWay] = useState<"new" | "import">("new");
  if (!choices) return null;
  const props = { product, choices, onClose, choice: <WayField value={way} onChange={setWay} /> };
  return way === "new" ? <NewRepositoryForm {...props} /> : <ImportForm {...props} />;
}

const WAYS = [
  { value: "new", label: "New" },
  { value: "import", label: "Import an existing one" },
] as const;

function WayField({
  value,
  onChange,
}: {
  value: "new" | "import";
  onChange: (way: "new" | "import") => void;
}) {
  return (
    <fieldset>
      <legend className="sr-only">New or existing</legend>
      <div className="flex gap-5">
        {WAYS.map((way) => (
          <label key={way.value} className="flex items-center gap-2">
            <input
              type="radio"
              name="way"
              checked={way.value === value}
              onChange={() => onChange(way.value)}
              className="size-4 accent-accent"
            />
            {way.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
