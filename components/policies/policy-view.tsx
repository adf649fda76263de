"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { Callout } from "@/components/ui/callout";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { StatusPill } from "@/components/ui/status-pill";
import { Tabs } from "@/components/ui/tabs";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { policyInSentences } from "@/domain/policies/in-words";
import { namesOf } from "./policy";
import { PolicyEditor } from "./policy-editor";
import { Since } from "./policy-place";
import { type PolicyTab, policyHref } from "./policy-search";
import { useDraft } from "./use-draft";
import { VersionsPanel } from "./versions-panel";

type PolicyViewProps = {
  policyKey: string;
  tab: PolicyTab;
  mayEdit: boolean;
  /** The key of an environment that whoever comes here wants it to ask for. */
  askFor?: string | undefined;
};

/** One policy: what it asks for and where, its editor for those who may, and every version it has had. */
export function PolicyView({ policyKey, tab, mayEdit, askFor }: PolicyViewProps) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.policies.get.queryOptions({ key: policyKey }));
  const { policy, targets, versions, environments, obstacles } = data;
  const edit = useDraft(policy, environments.find(({ key }) => key === askFor)?.key);
  const names = namesOf(environments);
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Policies", href: "/policies" }, { label: policy.name }]}
        title={<UntrustedText>{policy.name}</UntrustedText>}
        mark={targets.length === 0 ? <StatusPill status="superseded">decides nowhere</StatusPill> : undefined}
        summary={
          <>
            {targets.length > 0 ? (
              <>
                Decides {policy.subject === "branch" ? "merges into" : "deployments to"}{" "}
                <UntrustedText>{targets.map(({ name }) => name).join(", ")}</UntrustedText> ·{" "}
              </>
            ) : null}
            version {policy.version} <Since policy={policy} />
          </>
        }
      >
        <Tabs
          label="Parts of this policy"
          tabs={[
            { label: "Rules", href: policyHref(policyKey), current: tab === "rules" },
            {
              label: "Versions",
              href: policyHref(policyKey, "versions"),
              current: tab === "versions",
              count: versions.length,
            },
          ]}
        />
      </PageHeader>
      {obstacles.length > 0 ? (
        <Callout tone="error" title="As it is, it cannot be fulfilled everywhere" className="mb-4">
          <ul>
            {obstacles.map((obstacle) => (
              <li key={obstacle}>
                <UntrustedText>{obstacle}</UntrustedText>
              </li>
            ))}
          </ul>
        </Callout>
      ) : null}
      {tab === "versions" ? (
        <VersionsPanel detail={data} mayEdit={mayEdit} edit={edit} />
      ) : mayEdit ? (
        <PolicyEditor detail={data} edit={edit} />
      ) : (
        <Panel title="What it asks for" className="max-w-3xl">
          <ul className="flex flex-col gap-1">
            {policyInSentences(policy.rules, policy.subject, names).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          <p className="mt-4 text-ink-2">Only a platform admin can change it.</p>
        </Panel>
      )}
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}
