"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { AppLink } from "@/components/ui/app-link";
import { EmptyState } from "@/components/ui/empty-state";
import { Freshness } from "@/components/ui/freshness";
import { Panel } from "@/components/ui/panel";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { AccessRequest } from "./person";
import { RequestActs, RequestOutlook } from "./request-acts";
import { RoleChip } from "./role-chips";

/** What waits for a second administrator, and what was decided last. */
export function RequestsPart() {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.people.requests.queryOptions());
  const open = data.items.filter(({ decision }) => decision === null);
  const decided = data.items.filter(({ decision }) => decision !== null);
  return (
    <>
      <div className="flex flex-col gap-5">
        <Panel title="Waiting for a second administrator" note={String(open.length)} flush={open.length > 0}>
          {open.length > 0 ? (
            <ul data-rows>
              {open.map((request) => (
                <OpenRequest key={request.id} request={request} administrators={data.administrators} />
              ))}
            </ul>
          ) : (
            <EmptyState title="Nothing waits">
              Roles that decide or administer are given by two: one administrator asks, another agrees here.
            </EmptyState>
          )}
        </Panel>
        {decided.length > 0 ? (
          <Panel title="Decided" flush>
            <ul>
              {decided.map((request) => (
                <Decided key={request.id} request={request} />
              ))}
            </ul>
          </Panel>
        ) : null}
      </div>
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}

function OpenRequest({
  request,
  administrators,
}: {
  request: AccessRequest;
  administrators: readonly string[];
}) {
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b px-4 py-3 last:border-b-0">
      <StatusMark status="waiting" label={null} className="mt-1" />
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Subject request={request} />
          <RoleChip held={{ ...request, groupName: null }} />
        </p>
        <p className="mt-1">
          <UntrustedText>{request.reason}</UntrustedText>
        </p>
        <p className="mt-0.5 text-ink-2 text-xs">
          asked for by <UntrustedText>{request.requestedBy}</UntrustedText> <TimeAgo at={request.createdAt} />
          . <RequestOutlook request={request} administrators={administrators} />
        </p>
      </div>
      <div className="flex gap-2">
        <RequestActs request={request} />
      </div>
    </li>
  );
}

function Decided({ request }: { request: AccessRequest }) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2 last:border-b-0">
      <StatusMark status={request.decision === "agreed" ? "ok" : "superseded"} label={null} />
      <Subject request={request} />
      <RoleChip held={{ ...request, groupName: null }} />
      <span className="text-ink-2 text-xs">
        {request.decision === "withdrawn" ? "taken back" : request.decision} by{" "}
        <UntrustedText>{request.decidedBy ?? ""}</UntrustedText>{" "}
        {request.decidedAt ? <TimeAgo at={request.decidedAt} /> : null}, asked for by{" "}
        <UntrustedText>{request.requestedBy}</UntrustedText>
      </span>
    </li>
  );
}

function Subject({ request }: { request: AccessRequest }) {
  if (request.personId === null) {
    return (
      <span>
        Group <b>{<UntrustedText>{request.name}</UntrustedText>}</b>
      </span>
    );
  }
  return (
    <AppLink href={`/people/${request.personId}`} className="font-medium hover:underline">
      <UntrustedText>{request.name}</UntrustedText>
    </AppLink>
  );
}
