import { UntrustedText } from "@/components/ui/untrusted-text";
import type { ScopeKind } from "@/domain/people/actor";
import { ROLE_NAMES, type Role } from "@/domain/people/roles";
import { scopeWords } from "./people-words";

type RoleHeld = {
  id: string;
  role: Role;
  scopeKind: ScopeKind;
  scopeName: string | null;
  groupName?: string | null;
};

/** One role with where it holds. */
export function RoleChip({ held }: { held: Omit<RoleHeld, "id"> }) {
  return (
    <span
      className="inline-flex min-h-6 max-w-full items-center gap-x-1.5 rounded-md border px-2 text-xs max-sm:flex-wrap"
      data-tip={held.groupName ? `By the group ${held.groupName}` : undefined}
    >
      <span className="whitespace-nowrap font-medium">{ROLE_NAMES[held.role]}</span>
      <span className="min-w-0 truncate text-ink-2">
        <UntrustedText>{scopeWords(held)}</UntrustedText>
      </span>
    </span>
  );
}

export function RoleChips({ grants }: { grants: readonly RoleHeld[] }) {
  if (grants.length === 0) return <span className="text-ink-2">no role</span>;
  return (
    <ul className="flex flex-wrap gap-1">
      {grants.map((held) => (
        <li key={held.id} className="min-w-0">
          <RoleChip held={held} />
        </li>
      ))}
    </ul>
  );
}
