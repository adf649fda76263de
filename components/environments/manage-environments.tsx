"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { Ellipsis, Plus } from "lucide-react";
import { useState } from "react";
import { BindDialog, type BindPlace } from "@/components/policies/bind-dialog";
import { useTRPC } from "@/components/trpc/client";
import { AppLink } from "@/components/ui/app-link";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Freshness } from "@/components/ui/freshness";
import { Menu } from "@/components/ui/menu";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { StatusText } from "@/components/ui/status-pill";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { approvalsInWords } from "@/domain/policies/in-words";
import type { PolicyRules } from "@/domain/policies/policy";
import { AddEnvironmentDialog } from "./add-environment-dialog";
import { BypassNotice } from "./bypass-notice";
import { EditEnvironmentDialog } from "./edit-environment-dialog";
import type { EditedEnvironment } from "./edited-environment";
import { MoveButtons } from "./move-buttons";
import { RetireEnvironmentDialog } from "./retire-environment-dialog";

type Opened =
  | { kind: "add"; after: EditedEnvironment | null }
  | { kind: "edit" | "bind" | "retire"; environment: EditedEnvironment };

/** The order of environments, and what each asks for. Changes here do not change what is on its way. */
export function ManageEnvironments() {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.environments.list.queryOptions());
  const [opened, setOpened] = useState<Opened | null>(null);
  const close = () => setOpened(null);
  const inUse = data.environments.filter(({ retiredAt }) => retiredAt === null);
  const retired = data.environments.filter(({ retiredAt }) => retiredAt !== null);
  const names = new Map(data.environments.map(({ key, name }) => [key, name]));
  const closed = inUse.filter(({ rules }) => rules === null).length;
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Environments", href: "/environments" }, { label: "Edit" }]}
        title="Edit environments"
        summary={summaryOf(inUse.length, closed)}
        actions={
          <Button
            variant="primary"
            icon={<Plus aria-hidden className="size-4" />}
            onClick={() => setOpened({ kind: "add", after: inUse.at(-1) ?? null })}
          >
            Add environment…
          </Button>
        }
      />
      <div className="max-w-4xl">
        <BypassNotice inUse={inUse} masterAsks={data.masterAsks} names={names} />
        <Panel flush={inUse.length > 0}>
          {inUse.length === 0 ? (
            <EmptyState title="No environments yet">
              A change goes through them one after the other. Add the first one: Dev, perhaps.
            </EmptyState>
          ) : (
            <ol>
              {inUse.map((environment, index) => (
                <Row
                  key={environment.id}
                  environment={environment}
                  isFirst={index === 0}
                  isLast={index === inUse.length - 1}
                  place={index + 1}
                  names={names}
                  onOpen={setOpened}
                />
              ))}
            </ol>
          )}
        </Panel>
        <p className="mt-3 text-ink-2 text-xs">
          What is on its way keeps the path it was asked for with; a stricter policy begins its votes again. A
          new environment is asked for only by policies that name it.
        </p>
        {retired.length > 0 ? <Retired environments={retired} /> : null}
      </div>
      <Freshness asOf={new Date(dataUpdatedAt)} />
      {opened?.kind === "add" ? (
        <AddEnvironmentDialog list={data} after={opened.after} onClose={close} />
      ) : null}
      {opened?.kind === "edit" ? (
        <EditEnvironmentDialog list={data} environment={opened.environment} onClose={close} />
      ) : null}
      {opened?.kind === "bind" ? (
        <BindDialog
          place={placeOf(opened.environment)}
          choices={data.policies}
          names={names}
          onClose={close}
        />
      ) : null}
      {opened?.kind === "retire" ? (
        <RetireEnvironmentDialog environment={opened.environment} onClose={close} />
      ) : null}
    </>
  );
}

function placeOf({ id, name, policyKey }: EditedEnvironment): BindPlace {
  return {
    target: { kind: "environment", environmentId: id },
    name,
    policy: policyKey ? { key: policyKey } : null,
  };
}

function summaryOf(count: number, closed: number): string {
  const environments = count === 1 ? "1 environment" : `${count} environments`;
  if (closed === 0) return `${environments} in the order in which a change goes through them, all open.`;
  return `${environments} in the order in which a change goes through them; ${closed === 1 ? "1 is" : `${closed} are`} closed.`;
}

type RowProps = {
  environment: EditedEnvironment;
  place: number;
  names: ReadonlyMap<string, string>;
  isFirst: boolean;
  isLast: boolean;
  onOpen: (opened: Opened) => void;
};

function Row({ environment, place, names, isFirst, isLast, onOpen }: RowProps) {
  const { name, key, counts } = environment;
  return (
    <li data-environment={key} className="border-b last:border-b-0">
      <div className="flex items-start gap-3 px-4 py-3">
        <span className="w-4 shrink-0 text-right text-ink-2 tabular-nums">{place}</span>
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
            <span className="font-medium">
              <UntrustedText>{name}</UntrustedText>
            </span>
            <Version className="text-ink-2">{key}</Version>
            {environment.isProduction ? <span className="text-ink-2 text-xs">production</span> : null}
            {environment.isPerClient ? <span className="text-ink-2 text-xs">per client</span> : null}
          </p>
          <p className="mt-0.5">
            <PolicyLine environment={environment} names={names} />
          </p>
          <p className="mt-0.5 text-ink-2 text-xs">
            {slotsInWords(counts)} · {hostInWords(environment.slotHostUrl)}
          </p>
        </div>
        <div className="flex shrink-0 items-center">
          <MoveButtons environment={environment} isFirst={isFirst} isLast={isLast} />
          <Menu
            button={{
              "aria-label": `More for ${name}`,
              variant: "ghost",
              size: "iconSmall",
              icon: <Ellipsis aria-hidden className="size-4" />,
            }}
            items={[
              { label: "Name and slot host…", onSelect: () => onOpen({ kind: "edit", environment }) },
              {
                label: environment.rules ? "Another policy, or close…" : "Bind a policy…",
                onSelect: () => onOpen({ kind: "bind", environment }),
              },
              { kind: "separator" },
              {
                label: "Retire…",
                danger: true,
                onSelect: () => onOpen({ kind: "retire", environment }),
                disabledReason: whyNotRetired(environment),
              },
            ]}
          />
        </div>
      </div>
      {isLast ? null : (
        <div className="-mb-3 relative z-10 flex justify-center">
          <Button
            size="small"
            className="h-6 bg-panel text-ink-2 text-xs"
            icon={<Plus aria-hidden className="size-3" />}
            onClick={() => onOpen({ kind: "add", after: environment })}
          >
            <span>
              Add after <UntrustedText>{name}</UntrustedText>
            </span>
          </Button>
        </div>
      )}
    </li>
  );
}

function whyNotRetired({ askedForBy, counts }: EditedEnvironment): string | null {
  if (askedForBy.length > 0)
    return `${askedForBy.join(", ")} ${askedForBy.length === 1 ? "asks" : "ask"} for what is verified there`;
  if (counts && counts.running > 0) return "Something is being deployed there";
  return null;
}

/** "Asks for 1 of QA, after Dev" */
function asksFor(rules: PolicyRules, names: ReadonlyMap<string, string>): string {
  const asked = rules.approvals.length > 0 ? `Asks for ${approvalsInWords(rules.approvals)}` : "Asks nobody";
  const after = rules.verifiedIn.map((key) => names.get(key) ?? key).join(", ");
  return after ? `${asked}, after ${after}` : asked;
}

type PolicyLineProps = { environment: EditedEnvironment; names: ReadonlyMap<string, string> };

function PolicyLine({ environment, names }: PolicyLineProps) {
  const { rules, policyKey, policyName, policyVersion } = environment;
  if (!rules || !policyKey) {
    return (
      <StatusText status="blocked">Closed: no policy is bound to it, so nothing is deployed here</StatusText>
    );
  }
  return (
    <>
      {asksFor(rules, names)}:{" "}
      <AppLink href={`/policies/${encodeURIComponent(policyKey)}`} className="text-accent hover:underline">
        <UntrustedText>{policyName ?? policyKey}</UntrustedText>
      </AppLink>
      <span className="text-ink-2">, version {policyVersion}</span>
    </>
  );
}

function slotsInWords(counts: EditedEnvironment["counts"]): string {
  if (!counts || counts.slots === 0) return "no slots yet";
  const parts = [
    counts.slots === 1 ? "1 slot" : `${counts.slots} slots`,
    `${counts.live} live`,
    counts.waiting > 0
      ? `${counts.waiting} ${counts.waiting === 1 ? "promotion waits" : "promotions wait"}`
      : null,
    counts.running > 0 ? `${counts.running} being deployed` : null,
    counts.held > 0 ? `${counts.held} held` : null,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

function hostInWords(slotHostUrl: string | null): string {
  if (slotHostUrl === null) return "no slot host yet: nothing can be installed";
  return slotHostUrl === "demonstration:" ? "the demonstration's own slot host" : slotHostUrl;
}

function Retired({ environments }: { environments: readonly EditedEnvironment[] }) {
  return (
    <Panel title="Retired" note={String(environments.length)} flush className="mt-6">
      <ul>
        {environments.map((environment) => (
          <li key={environment.id} className="border-b px-4 py-2 last:border-b-0">
            <p className="flex flex-wrap items-baseline gap-x-3">
              <StatusText status="superseded">
                <UntrustedText>{environment.name}</UntrustedText>
              </StatusText>
              <Version className="text-ink-2">{environment.key}</Version>
              {environment.retiredAt ? (
                <TimeAgo at={environment.retiredAt} className="ml-auto text-ink-2" />
              ) : null}
            </p>
            <p className="pl-[22px] text-ink-2">
              <UntrustedText>{environment.retiredReason ?? ""}</UntrustedText>
              {environment.counts && environment.counts.live > 0
                ? ` · ${environment.counts.live} ${environment.counts.live === 1 ? "release was" : "releases were"} live there.`
                : null}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
