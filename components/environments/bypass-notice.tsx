import { policyHref } from "@/components/policies/policy-search";
import { ButtonLink } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { bypasses } from "@/domain/environments/bypasses";
import { listOf } from "@/domain/policies/in-words";
import type { EditedEnvironment } from "./edited-environment";

type BypassNoticeProps = {
  inUse: readonly EditedEnvironment[];
  /** Keys of the environments that master's policy asks for. */
  masterAsks: readonly string[];
  names: ReadonlyMap<string, string>;
};

/** Whose policy does not ask for the environment before it, as it is now, and the way to change that. */
export function BypassNotice({ inUse, masterAsks, names }: BypassNoticeProps) {
  const found = bypasses(inUse, masterAsks);
  if (found.length === 0) return null;
  const passed = listOf(found.map(({ before }) => before.name));
  return (
    <Callout
      tone="warning"
      title={<UntrustedText>{`A change can go past ${passed}`}</UntrustedText>}
      className="mb-4"
    >
      <ul className="flex flex-col gap-2">
        {found.map(({ environment, before }) => (
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
