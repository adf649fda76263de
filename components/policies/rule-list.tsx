"use client";

import { Plus, Trash2 } from "lucide-react";
import { Button, IconButton } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { TextField } from "@/components/ui/input";
import { SelectField } from "@/components/ui/select";
import { APPROVING_ROLES, ROLE_NAMES } from "@/domain/people/roles";
import type { ApprovalRule } from "@/domain/policies/policy";

const MOST = 6;

type RuleListProps = {
  rules: readonly ApprovalRule[];
  /** Keys that mean something already: a new rule is none of them. */
  knownKeys: readonly string[];
  whenNone: string;
  onChange: (rules: ApprovalRule[]) => void;
};

/** Rule groups: how many people, and of which roles any one will do. */
export function RuleList({ rules, knownKeys, whenNone, onChange }: RuleListProps) {
  const replace = (key: string, part: Partial<ApprovalRule>) =>
    onChange(rules.map((rule) => (rule.key === key ? { ...rule, ...part } : rule)));
  const add = () => {
    const key = newKey([...knownKeys, ...rules.map((rule) => rule.key)]);
    onChange([...rules, { key, name: "", roles: ["tech_lead"], minimum: 1 }]);
  };
  return (
    <div className="flex flex-col gap-4">
      {rules.length === 0 ? <p className="text-ink-2">{whenNone}</p> : null}
      {rules.map((rule, position) => (
        <RuleFields
          key={rule.key}
          rule={rule}
          legend={`Rule ${position + 1}`}
          onChange={(part) => replace(rule.key, part)}
          onRemove={() => onChange(rules.filter(({ key }) => key !== rule.key))}
        />
      ))}
      <div>
        <Button
          size="small"
          icon={<Plus aria-hidden className="size-4" />}
          disabledReason={rules.length >= MOST ? `At most ${MOST} rules` : null}
          onClick={add}
        >
          Add a rule
        </Button>
      </div>
    </div>
  );
}

type RuleFieldsProps = {
  rule: ApprovalRule;
  legend: string;
  onChange: (part: Partial<ApprovalRule>) => void;
  onRemove: () => void;
};

function RuleFields({ rule, legend, onChange, onRemove }: RuleFieldsProps) {
  const toggle = (role: ApprovalRule["roles"][number], isAsked: boolean) =>
    onChange({ roles: APPROVING_ROLES.filter((one) => (one === role ? isAsked : rule.roles.includes(one))) });
  return (
    <fieldset className="border-b pb-4 last-of-type:border-b-0 last-of-type:pb-0">
      <legend className="sr-only">{rule.name || legend}</legend>
      <div className="flex items-start gap-3">
        <TextField
          label="Rule"
          required
          className="min-w-0 flex-1"
          maxLength={60}
          placeholder="Who they are: Peer, QA"
          value={rule.name}
          error={rule.name.trim() === "" ? "It needs a name." : null}
          onChange={({ target }) => onChange({ name: target.value })}
        />
        <SelectField
          label="How many"
          required
          className="w-24"
          value={String(rule.minimum)}
          options={Array.from({ length: 9 }, (_, index) => ({
            value: String(index + 1),
            label: String(index + 1),
          }))}
          onChange={({ target }) => onChange({ minimum: Number(target.value) })}
        />
        <IconButton
          label={`Remove ${rule.name || legend}`}
          className="mt-6"
          icon={<Trash2 aria-hidden className="size-4" />}
          onClick={onRemove}
        />
      </div>
      <div className="mt-2 flex flex-wrap gap-x-5 gap-y-1.5">
        {APPROVING_ROLES.map((role) => (
          <Checkbox
            key={role}
            label={ROLE_NAMES[role]}
            checked={rule.roles.includes(role)}
            onChange={({ target }) => toggle(role, target.checked)}
          />
        ))}
      </div>
      {rule.roles.length === 0 ? (
        <p role="alert" className="mt-1 text-bad-ink text-xs">
          Choose at least one role that can give it.
        </p>
      ) : null}
    </fieldset>
  );
}

/** Rules are the same rule by their key, also between versions: one that was removed does not come back as another. */
function newKey(known: readonly string[]): string {
  for (let number = 1; ; number++) {
    if (!known.includes(`rule_${number}`)) return `rule_${number}`;
  }
}
