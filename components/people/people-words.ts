import type { Status } from "@/components/ui/status-mark";
import type { ScopeKind } from "@/domain/people/actor";
import type { PersonState } from "@/domain/people/person-states";

export const STATE_WORDS: Record<PersonState, { status: Status; text: string }> = {
  active: { status: "ok", text: "active" },
  invited: { status: "waiting", text: "never signed in" },
  inactive: { status: "superseded", text: "not active" },
  linked: { status: "superseded", text: "linked to another" },
};

/** "Ada, Ben and 4 more" of people of whom only the first are named. */
export function severalWords({ count, names }: { count: number; names: readonly string[] }): string {
  const more = count - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}

/** Where a role holds. */
export function scopeWords({
  scopeKind,
  scopeName,
}: {
  scopeKind: ScopeKind;
  scopeName: string | null;
}): string {
  return scopeKind === "organisation" ? "everywhere" : (scopeName ?? scopeKind);
}
