import { X } from "lucide-react";
import { policyHref } from "@/components/policies/policy-search";
import { ButtonLink, IconButton } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { bypassesAround } from "@/domain/environments/around";
import type { EditedEnvironment } from "./edited-environment";

type BypassNoticeProps = {
  inUse: readonly EditedEnvironment[];
  addedKey: string;
  names: ReadonlyMap<string, string>;
  onClose: () => void;
};

/** After one was put between others: whose policy does not ask for it yet, and the way to change that. */
export function BypassNotice({ inUse, addedKey, names, onClose }: BypassNoticeProps) {
  const bypasses = bypassesAround(inUse, addedKey);
  if (bypasses.length === 0) return null;
  const added = names.get(addedKey) ?? addedKey;
  return (
    <Callout
      tone="warning"
      title={<UntrustedText>{`A change can still go past ${added}`}</UntrustedText>}
      action={
        <IconButton label="Leave it so" small icon={<X aria-hidden className="size-4" />} onClick={onClose} />
      }
      className="mb-4"
    >
      <ul className="flex flex-col gap-2">
        {bypasses.map(({ environment, before }) => (
          <li key={environment.key} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="min-w-0">
              <UntrustedText>{sentenceOf(environment, before.name, names)}</UntrustedText>
            </span>
            {environment.policyKey ? (
              <ButtonLink size="small" href={policyHref(environment.policyKey, "rules", before.key)}>
                <UntrustedText>{`Edit ${environment.name}'s policy`}</UntrustedText>
              </ButtonLink>
            ) : null}
          </li>
        ))}
      </ul>
    </Callout>
  );
}

/** "UAT's policy asks for what is verified in QA, not in Staging." */
function sentenceOf(
  { name, rules }: EditedEnvironment,
  before: string,
  names: ReadonlyMap<string, string>,
): string {
  const asked = (rules?.verifiedIn ?? []).map((key) => names.get(key) ?? key).join(", ");
  return asked
    ? `${name}'s policy asks for what is verified in ${asked}, not in ${before}.`
    : `${name}'s policy does not ask for what is verified in ${before}.`;
}
