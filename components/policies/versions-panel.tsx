"use client";

import { useRouter } from "next/navigation";
import { Button } from "@/components/ui/button";
import { ClockTime } from "@/components/ui/clock-time";
import { Panel } from "@/components/ui/panel";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { policyDifference } from "@/domain/policies/difference";
import { policyInSentences } from "@/domain/policies/in-words";
import { DifferenceList } from "./difference-list";
import { namesOf, type PolicyDetail } from "./policy";
import { policyHref } from "./policy-search";
import type { useDraft } from "./use-draft";

type VersionsPanelProps = { detail: PolicyDetail; mayEdit: boolean; edit: ReturnType<typeof useDraft> };

/** Every version, the newest first: who made it and why, and in what it differs from the one before. */
export function VersionsPanel({ detail, mayEdit, edit }: VersionsPanelProps) {
  const router = useRouter();
  const { policy, versions, environments } = detail;
  const names = namesOf(environments);
  const beginFrom = ({ version, name, rules }: PolicyDetail["versions"][number]) => {
    edit.change({ basedOn: policy.version, name, rules, note: `Back to version ${version}: ` });
    router.push(policyHref(policy.key));
  };
  return (
    <Panel title="Versions" note={String(versions.length)} flush className="max-w-4xl">
      <ol>
        {versions.map((one, position) => {
          const before = versions[position + 1];
          return (
            <li
              key={one.version}
              className="grid gap-x-6 gap-y-1 border-b px-4 py-3 last:border-b-0 md:grid-cols-[160px_minmax(0,1fr)_auto]"
            >
              <div>
                <p className="font-medium">Version {one.version}</p>
                <p className="text-ink-2 text-xs">
                  <ClockTime at={one.createdAt} />
                  <br />
                  {one.createdBy ? <UntrustedText>{one.createdBy}</UntrustedText> : "from the set-up"}
                </p>
              </div>
              <div className="min-w-0">
                {one.note ? (
                  <p>
                    <UntrustedText>{one.note}</UntrustedText>
                  </p>
                ) : null}
                {before ? (
                  <DifferenceList
                    differences={policyDifference(before.rules, one.rules, names)}
                    whenNone={one.name === before.name ? "The same rules" : "Only its name is different"}
                  />
                ) : null}
                <details className="mt-1 text-ink-2">
                  <summary>All it asked for</summary>
                  <ul className="mt-1">
                    {policyInSentences(one.rules, one.subject, names).map((sentence) => (
                      <li key={sentence}>{sentence}</li>
                    ))}
                  </ul>
                </details>
              </div>
              {mayEdit && position > 0 ? (
                <div>
                  <Button size="small" onClick={() => beginFrom(one)}>
                    Edit from version {one.version}
                  </Button>
                </div>
              ) : null}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
