import type { Status } from "@/components/ui/status-mark";
import type { ScopeKind } from "@/domain/people/actor";
import type { PersonState } from "@/domain/people/person-states";

export const STATE_WORDS: Record<PersonState, { status: Status; text: string }> = {
  active: { status: "ok", text: "active" },
  invited: { status: "waiting", text: "never signed in" },
  inactive: { status: "superseded", text: "not active" },
  linked: { status: "superseded", text: "linked to another" },
};

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
