import { useEffect, useMemo, useState } from "react";
import { DraftRules } from "@/domain/policies/input";
import type { PolicyRules } from "@/domain/policies/policy";
import type { PolicyVersion } from "./policy";

/** What is being edited: kept in the tab, so that neither a reload nor a lost connection takes it away. */
export type Draft = {
  /** The version that was on the screen when the edit began. */
  basedOn: number;
  name: string;
  rules: PolicyRules;
  note: string;
};

const placeOf = (key: string) => `clearway.policy.${key}`;

/** `askFor`: the key of an environment that every draft begins by asking for, whatever it was before. */
export function useDraft(policy: PolicyVersion, askFor?: string) {
  const rules = useMemo(() => asking(policy.rules, askFor), [policy.rules, askFor]);
  const fresh = (): Draft => ({ basedOn: policy.version, name: policy.name, rules, note: "" });
  const [kept, setKept] = useState<Draft | null>(null);
  const [isRestored, setIsRestored] = useState(false);
  useEffect(() => {
    const found = read(policy.key);
    if (!found) return;
    setKept({ ...found, rules: asking(found.rules, askFor) });
    setIsRestored(true);
  }, [policy.key, askFor]);
  const draft = kept ?? fresh();
  return {
    draft,
    isKept: kept !== null,
    isRestored,
    change: (part: Partial<Omit<Draft, "rules">> & { rules?: Partial<PolicyRules> }) => {
      const next = { ...draft, ...part, rules: { ...draft.rules, ...part.rules } };
      setKept(next);
      write(policy.key, next);
    },
    discard: () => {
      setKept(null);
      setIsRestored(false);
      write(policy.key, null);
    },
  };
}

function asking(rules: PolicyRules, key: string | undefined): PolicyRules {
  if (key === undefined || rules.verifiedIn.includes(key)) return rules;
  return { ...rules, verifiedIn: [...rules.verifiedIn, key] };
}

/** A tab without storage still edits: only a reload forgets. */
function write(key: string, draft: Draft | null): void {
  try {
    if (draft) sessionStorage.setItem(placeOf(key), JSON.stringify(draft));
    else sessionStorage.removeItem(placeOf(key));
  } catch {
    return;
  }
}

function read(key: string): Draft | null {
  try {
    const { basedOn, name, rules, note } = JSON.parse(sessionStorage.getItem(placeOf(key)) ?? "{}");
    const known = DraftRules.safeParse(rules);
    const isWhole = typeof basedOn === "number" && typeof name === "string" && typeof note === "string";
    return isWhole && known.success ? { basedOn, name, note, rules: known.data } : null;
  } catch {
    return null;
  }
}
