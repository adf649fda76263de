"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { StatusPill } from "@/components/ui/status-pill";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import type { ReleaseName } from "@/domain/releases/input";
import type { ReleasePage } from "./release";
import { ReleaseContent } from "./release-content";
import { ReleaseFacts } from "./release-facts";
import { ReleasePlaces } from "./release-places";
import { ReleasePromotions } from "./release-promotions";
import { WithdrawDialog } from "./withdraw-dialog";
import { WithdrawnCallout } from "./withdrawn-callout";

/** One release: what it is, what it brought, where it stands and stood, and the way to stop it. */
export function ReleaseView({ name }: { name: ReleaseName }) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.releases.get.queryOptions(name));
  const [isOpen, setIsOpen] = useState(false);
  const { release, you } = data;
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Releases", href: "/releases" }, { label: release.version }]}
        title={
          <>
            <UntrustedText>{release.repositoryKey}</UntrustedText>{" "}
            <Version className="text-lg">{release.version}</Version>
          </>
        }
        mark={<Mark page={data} />}
        summary={summaryOf(data)}
        actions={
          release.withdrawnAt ? undefined : (
            <Button
              variant="danger"
              onClick={() => setIsOpen(true)}
              disabledReason={
                you.canWithdraw
                  ? release.sealedAt
                    ? null
                    : "It is still being built"
                  : "Withdrawing takes a tech lead or release approver of this product"
              }
            >
              Withdraw…
            </Button>
          )
        }
      />
      {release.withdrawnAt ? <WithdrawnCallout page={data} /> : null}
      <div className="grid gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <ReleasePlaces page={data} />
          <ReleaseContent page={data} />
          <ReleasePromotions page={data} />
        </div>
        <div className="min-w-0">
          <ReleaseFacts page={data} />
        </div>
      </div>
      <Freshness asOf={new Date(dataUpdatedAt)} />
      {isOpen ? <WithdrawDialog page={data} onClose={() => setIsOpen(false)} /> : null}
    </>
  );
}

function Mark({ page: { release, runsIn } }: { page: ReleasePage }) {
  if (release.withdrawnAt) return <StatusPill status="blocked">withdrawn</StatusPill>;
  if (!release.sealedAt) return <StatusPill status="running">being built</StatusPill>;
  return runsIn.length > 0 ? (
    <StatusPill status="ok">live</StatusPill>
  ) : (
    <StatusPill status="superseded">runs nowhere</StatusPill>
  );
}

function summaryOf({ runsIn, promotions }: ReleasePage): string {
  const slots = runsIn.length === 1 ? "1 slot" : `${runsIn.length} slots`;
  const waiting = promotions.filter(({ state }) =>
    ["gating", "awaiting_approval", "ready"].includes(state),
  ).length;
  const waits = waiting === 0 ? "" : waiting === 1 ? "; 1 promotion waits" : `; ${waiting} promotions wait`;
  return `${runsIn.length === 0 ? "Runs nowhere now" : `Runs in ${slots}`}${waits}.`;
}
