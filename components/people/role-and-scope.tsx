"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { SelectField } from "@/components/ui/select";
import type { GrantScope } from "@/domain/people/actor";
import { ROLE_DUTIES, ROLE_NAMES, type Role } from "@/domain/people/roles";

export type RoleOption = { role: Role; takesTwo: boolean; refusal: string | null };
export type RoleAndScope = { role: Role; scope: GrantScope };

type RoleAndScopeFieldsProps = {
  options: readonly RoleOption[];
  value: RoleAndScope;
  onChange: (value: RoleAndScope) => void;
};

/** Which role, with what it is for, and where it is to hold. */
export function RoleAndScopeFields({ options, value, onChange }: RoleAndScopeFieldsProps) {
  const trpc = useTRPC();
  const { data: scopes = [], isLoadingError } = useQuery(trpc.people.scopes.queryOptions());
  const isAdministering = value.role === "platform_admin";
  return (
    <>
      <fieldset>
        <legend className="mb-1 font-medium">Role</legend>
        <div className="grid gap-px overflow-hidden rounded-md border bg-line sm:grid-cols-2">
          {options.map(({ role, takesTwo, refusal }) => (
            <label
              key={role}
              className="flex cursor-pointer items-start gap-2.5 bg-raised px-3 py-2 last:sm:col-span-2 hover:bg-fill has-aria-disabled:cursor-not-allowed has-checked:bg-accent-tint"
            >
              <input
                type="radio"
                name="role"
                value={role}
                checked={value.role === role}
                aria-disabled={refusal ? true : undefined}
                onChange={() => {
                  if (refusal) return;
                  onChange({ role, scope: role === "platform_admin" ? EVERYWHERE : value.scope });
                }}
                className="mt-0.5 size-4 shrink-0 accent-accent"
              />
              <span className="min-w-0">
                <span className={refusal ? "text-ink-2" : "font-medium"}>{ROLE_NAMES[role]}</span>
                {takesTwo && !refusal ? (
                  <span className="ml-2 text-ink-2 text-xs">by two administrators</span>
                ) : null}
                <span className="block text-ink-2 text-xs">{refusal ?? ROLE_DUTIES[role]}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <SelectField
        label="Where it holds"
        required
        value={value.scope.id ?? ""}
        hint={isAdministering ? "Who administers does so for the whole organisation." : undefined}
        error={
          isLoadingError && !isAdministering
            ? "The other places could not be loaded: close this and open it again."
            : null
        }
        options={[
          { value: "", label: "Everywhere" },
          ...(isAdministering
            ? []
            : scopes
                .filter(({ isRetired }) => !isRetired)
                .map(({ id, name, kind }) => ({ value: id, label: `${name} (${kind})` }))),
        ]}
        onChange={({ target }) => {
          const found = scopes.find(({ id }) => id === target.value);
          onChange({ role: value.role, scope: found ? { kind: found.kind, id: found.id } : EVERYWHERE });
        }}
      />
    </>
  );
}

export const EVERYWHERE: GrantScope = { kind: "organisation", id: null };
