"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { auditHref } from "@/components/audit/audit-search";
import { useTRPC } from "@/components/trpc/client";
import { AppLink } from "@/components/ui/app-link";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { KeyValues } from "@/components/ui/key-values";
import { Panel } from "@/components/ui/panel";
import { StatusText } from "@/components/ui/status-pill";
import { Switch } from "@/components/ui/switch";
import { TimeAgo } from "@/components/ui/time-ago";
import { useNow } from "@/components/ui/use-now";
import { WORKER_ABSENT_SECONDS } from "@/domain/pipelines/waiting";
import type { Settings } from "./settings";

type GeneralSettingsProps = { settings: Settings; mayEdit: boolean; mayAudit: boolean };

export function GeneralSettings({ settings, mayEdit, mayAudit }: GeneralSettingsProps) {
  const { installation } = settings;
  return (
    <div className="flex max-w-4xl flex-col gap-5">
      <Panel title="Installation">
        <KeyValues
          items={[
            { label: "Organisation", value: installation?.organisationName ?? "not named yet" },
            { label: "Address", value: <code className="font-mono text-xs">{settings.publicUrl}</code> },
            {
              label: "Data",
              value: installation?.isDemonstration
                ? "demonstration: nobody is real, everything that happens is"
                : "real",
            },
          ]}
        />
      </Panel>
      <Runner isEnabled={installation?.isRunnerEnabled ?? false} mayEdit={mayEdit} mayAudit={mayAudit} />
      <Workers workers={settings.workers} />
      <p className="text-ink-2">
        What merges and deployments take is in the{" "}
        <AppLink href="/policies" className="text-accent underline underline-offset-2">
          policies
        </AppLink>
        .
      </p>
    </div>
  );
}

type RunnerProps = { isEnabled: boolean; mayEdit: boolean; mayAudit: boolean };

function Runner({ isEnabled, mayEdit, mayAudit }: RunnerProps) {
  const trpc = useTRPC();
  const [isAsking, setIsAsking] = useState(false);
  const set = useMutation(
    trpc.settings.setRunner.mutationOptions({
      meta: { invalidates: [trpc.settings.pathKey(), trpc.pipelines.pathKey(), trpc.promotions.pathKey()] },
      onSettled: () => setIsAsking(false),
    }),
  );
  return (
    <Panel title="Runner">
      <div className="flex flex-col gap-4">
        <Switch
          label="Run pipelines on this machine"
          hint={
            isEnabled
              ? "On: the jobs that repositories declare run here."
              : "Off: runs wait, and say so. Runs that an outside CI reports are not affected."
          }
          checked={set.isPending ? set.variables.isEnabled : isEnabled}
          disabled={!mayEdit || set.isPending}
          onChange={(event) => (event.target.checked ? setIsAsking(true) : set.mutate({ isEnabled: false }))}
        />
        <Callout tone="warning" title="The runner is not a sandbox">
          It runs a repository's own commands on this machine, as an unprivileged user where it can. Whoever
          can push a branch can run commands here: turn it on only where everybody who can push is trusted
          that far.
        </Callout>
        {mayEdit ? null : <p className="text-ink-2">Only a platform admin can change this.</p>}
        {mayAudit ? (
          <p className="text-ink-2">
            Each change is in the audit trail:{" "}
            <AppLink
              href={auditHref({ action: "settings.runner" })}
              className="text-accent underline underline-offset-2"
            >
              who turned it on and off
            </AppLink>
            .
          </p>
        ) : null}
      </div>
      <Dialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title="Turn the runner on"
        description="Everybody who can push a branch can then run commands on this machine: it is not a sandbox. Runs that wait begin at once."
        actions={
          <>
            <Button onClick={() => setIsAsking(false)}>Leave it off</Button>
            <Button
              variant="dangerSolid"
              pending={set.isPending}
              onClick={() => set.mutate({ isEnabled: true })}
            >
              Turn it on
            </Button>
          </>
        }
      />
    </Panel>
  );
}

function Workers({ workers }: { workers: Settings["workers"] }) {
  const now = useNow(15_000);
  return (
    <Panel title="Workers" note={String(workers.length)} flush={workers.length > 0}>
      {workers.length === 0 ? (
        <EmptyState title="No worker was ever seen">
          Nothing is merged, built or deployed until one runs. npm start runs one.
        </EmptyState>
      ) : (
        <ul>
          {workers.map((worker) => {
            const isThere = now - worker.seenAt.getTime() < WORKER_ABSENT_SECONDS * 1000;
            return (
              <li
                key={worker.id}
                className="flex flex-wrap items-baseline gap-x-4 border-b px-4 py-2 last:border-b-0"
              >
                <StatusText status={isThere ? "ok" : "superseded"} className="w-24">
                  <span suppressHydrationWarning>{isThere ? "running" : "gone"}</span>
                </StatusText>
                <span className="min-w-0 flex-1">{worker.hostName}</span>
                <span className="text-ink-2">
                  seen <TimeAgo at={worker.seenAt} />, started <TimeAgo at={worker.startedAt} />
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
