"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { AppLink } from "@/components/ui/app-link";
import { Button, ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { BindDialog, type BindPlace } from "./bind-dialog";
import { CopyDialog } from "./copy-dialog";
import { namesOf } from "./policy";
import { PolicyPlace } from "./policy-place";
import { policyHref } from "./policy-search";

/** Kinds that work is merged into; the others are shown once a policy is bound to one. */
const MERGED_INTO: readonly string[] = ["sprint", "master", "hotfix"];

/** What decides where: every kind of branch and every environment, in the order that a change takes. */
export function PoliciesView({ mayEdit }: { mayEdit: boolean }) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.policies.list.queryOptions());
  const [binding, setBinding] = useState<BindPlace | null>(null);
  const [isCopying, setIsCopying] = useState(false);
  const names = namesOf(data.environments);
  const order = (kind: string) => (MERGED_INTO.indexOf(kind) + 1 || 9) - 1;
  const branches = [...data.branches].sort((a, b) => order(a.branchKind) - order(b.branchKind));
  const shown = branches.filter(({ branchKind, policy }) => policy || MERGED_INTO.includes(branchKind));
  const others = branches.filter((one) => !shown.includes(one));
  const closed = data.environments.filter(({ policy }) => !policy);
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Policies" }]}
        title="Policies"
        summary={
          closed.length > 0
            ? `What a change has to have on its way. Closed: ${closed.map(({ name }) => name).join(", ")}.`
            : "What a change has to have on its way from a branch to production."
        }
        actions={mayEdit ? <Button onClick={() => setIsCopying(true)}>Copy a policy…</Button> : undefined}
      />
      <div className="flex flex-col gap-4">
        <Panel title="Merges, by the branch they go into" flush>
          <ul>
            {shown.map(({ branchKind, name, policy }) => (
              <PolicyPlace
                key={branchKind}
                name={name}
                policy={policy}
                names={names}
                whenClosed="Nothing is merged there."
                {...(mayEdit
                  ? {
                      onBind: () =>
                        setBinding({
                          target: { kind: "branch", branchKind },
                          name: `${name} branches`,
                          policy,
                        }),
                    }
                  : {})}
              />
            ))}
          </ul>
          {others.length > 0 ? (
            <p className="px-4 py-2.5 text-ink-2">
              Nothing is merged into branches of the kinds{" "}
              {others.map(({ name }) => name.toLowerCase()).join(", ")}: they are closed.
            </p>
          ) : null}
        </Panel>
        <Panel title="Deployments, by environment" flush>
          {data.environments.length === 0 ? (
            <EmptyState
              title="No environments yet"
              action={
                mayEdit ? <ButtonLink href="/environments/manage">Add an environment</ButtonLink> : undefined
              }
            >
              A policy decides over what is deployed to one.
            </EmptyState>
          ) : (
            <ol>
              {data.environments.map(({ id, name, isProduction, policy }) => (
                <PolicyPlace
                  key={id}
                  name={name}
                  isProduction={isProduction}
                  policy={policy}
                  names={names}
                  whenClosed="Nothing is deployed there."
                  {...(mayEdit
                    ? {
                        onBind: () =>
                          setBinding({ target: { kind: "environment", environmentId: id }, name, policy }),
                      }
                    : {})}
                />
              ))}
            </ol>
          )}
        </Panel>
        {data.idle.length > 0 ? (
          <Panel title="Policies that decide nowhere" note={String(data.idle.length)}>
            <ul className="flex flex-wrap gap-x-5 gap-y-1">
              {data.idle.map(({ key, name, version, subject }) => (
                <li key={key}>
                  <AppLink href={policyHref(key)} className="text-accent hover:underline">
                    <UntrustedText>{name}</UntrustedText>
                  </AppLink>{" "}
                  <span className="text-ink-2">
                    for {subject === "branch" ? "merges" : "deployments"}, version {version}
                  </span>
                </li>
              ))}
            </ul>
          </Panel>
        ) : null}
      </div>
      {binding ? (
        <BindDialog place={binding} choices={data.choices} names={names} onClose={() => setBinding(null)} />
      ) : null}
      {isCopying ? <CopyDialog choices={data.choices} onClose={() => setIsCopying(false)} /> : null}
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}
