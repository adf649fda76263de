"use client";

import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { Button } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { StatusText } from "@/components/ui/status-pill";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { CreateToken } from "./create-token";
import { HowToClone } from "./how-to-clone";

type Token = Outputs["accessTokens"]["list"][number];

/** One's own access tokens, for git. */
export function AccessTokensView() {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.accessTokens.list.queryOptions());
  const [revoking, setRevoking] = useState<Token | null>(null);
  const revoke = useMutation(
    trpc.accessTokens.revoke.mutationOptions({
      meta: { invalidates: [trpc.accessTokens.pathKey()] },
      onSettled: () => setRevoking(null),
    }),
  );
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Access tokens" }]}
        title="Access tokens"
        summary="Your own, for a git client: give one where git asks for a password. It can do what you can."
      />
      <div className="flex max-w-4xl flex-col gap-5">
        <CreateToken />
        <HowToClone />
        <Panel title="Your tokens" note={String(data.length)} flush={data.length > 0}>
          {data.length > 0 ? (
            <DataTable
              label="Access tokens"
              columns={columnsOf(setRevoking)}
              rows={data}
              rowKey={({ id }) => id}
            />
          ) : (
            <EmptyState title="You have no access token">
              Make one to clone and push with your own git client.
            </EmptyState>
          )}
        </Panel>
      </div>
      <Freshness asOf={new Date(dataUpdatedAt)} />
      <Dialog
        open={revoking !== null}
        onOpenChange={(isOpen) => isOpen || setRevoking(null)}
        title={`Revoke ${revoking?.name ?? "the token"}`}
        description="Whatever uses it is refused from its next request on. This cannot be taken back."
        actions={
          <>
            <Button onClick={() => setRevoking(null)}>Keep it</Button>
            <Button
              variant="dangerSolid"
              pending={revoke.isPending}
              onClick={() => revoking && revoke.mutate({ accessTokenId: revoking.id })}
            >
              Revoke
            </Button>
          </>
        }
      />
    </>
  );
}

function columnsOf(onRevoke: (token: Token) => void): readonly Column<Token>[] {
  return [
    {
      key: "name",
      header: "Name",
      heading: true,
      width: "100%",
      cell: (token) => (
        <>
          <UntrustedText>{token.name}</UntrustedText>
          <code className="ml-3 font-mono text-ink-2 text-xs">{token.prefix}…</code>
        </>
      ),
    },
    {
      key: "state",
      header: "State",
      cell: (token) => (
        <StatusText status={token.isInForce ? "ok" : "superseded"} className="whitespace-nowrap">
          {token.isInForce ? "in force" : token.revokedAt ? "revoked" : "expired"}
        </StatusText>
      ),
    },
    {
      key: "used",
      header: "Last used",
      from: "sm",
      cell: (token) =>
        token.lastUsedAt ? (
          <TimeAgo at={token.lastUsedAt} className="whitespace-nowrap text-ink-2" />
        ) : (
          <span className="whitespace-nowrap text-ink-2">never used</span>
        ),
    },
    {
      key: "created",
      header: "Created",
      from: "md",
      cell: (token) => <TimeAgo at={token.createdAt} className="whitespace-nowrap text-ink-2" />,
    },
    {
      key: "expires",
      header: "Expires",
      from: "sm",
      cell: (token) => <TimeAgo at={token.expiresAt} className="whitespace-nowrap text-ink-2" />,
    },
    {
      key: "revoke",
      header: <span className="sr-only">Revoke</span>,
      numeric: true,
      cell: (token) =>
        token.isInForce ? (
          <Button size="small" variant="danger" onClick={() => onRevoke(token)}>
            Revoke…<span className="sr-only"> {token.name}</span>
          </Button>
        ) : null,
    },
  ];
}
