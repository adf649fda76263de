"use client";

import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { Button, ButtonLink } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Freshness } from "@/components/ui/freshness";
import { Panel } from "@/components/ui/panel";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { showToast } from "@/components/ui/toast-queue";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { GroupRoleDialog } from "./group-role-dialog";
import { peopleHref } from "./people-search";
import { severalWords } from "./people-words";
import { RoleChip } from "./role-chips";
import { useGiveGroupRole } from "./use-give-role";
import { WhyDialog } from "./why-dialog";

type Row = Outputs["people"]["groups"]["items"][number];

/** What the groups of the identity provider mean here: reviewed, by two where the role takes two. */
export function GroupsPart() {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.people.groups.queryOptions());
  const [adding, setAdding] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<Row | null>(null);
  return (
    <>
      <div className="flex flex-col gap-5">
        {data.waiting.length > 0 ? <WaitingRows rows={data.waiting} /> : null}
        <Panel
          title="What a group means"
          note="A group that is not here gives no role."
          actions={
            <Button size="small" variant="primary" onClick={() => setAdding("")}>
              Add a row
            </Button>
          }
          flush={data.items.length > 0}
        >
          {data.items.length > 0 ? (
            <DataTable
              label="Groups and their roles"
              columns={columnsOf(setRevoking)}
              rows={data.items}
              rowKey={({ id }) => id}
            />
          ) : (
            <EmptyState
              title={data.waiting.length > 0 ? "No row is in force yet" : "No group means anything yet"}
            >
              People get roles from administrators alone. With a row here, everybody in a group has its role
              when they sign in.
            </EmptyState>
          )}
        </Panel>
        {data.unknown.length > 0 ? (
          <Panel title="Seen at sign-ins, without a meaning" flush>
            <ul data-rows>
              {data.unknown.map(({ name, members }) => (
                <li
                  key={name}
                  className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2 last:border-b-0"
                >
                  <b>
                    <UntrustedText>{name}</UntrustedText>
                  </b>
                  <span className="min-w-0 flex-1 truncate text-ink-2">
                    <UntrustedText>{severalWords(members)}</UntrustedText>
                  </span>
                  <Button size="small" onClick={() => setAdding(name)}>
                    Give it a role
                  </Button>
                </li>
              ))}
            </ul>
          </Panel>
        ) : null}
      </div>
      <Freshness asOf={new Date(dataUpdatedAt)} />
      {adding === null ? null : (
        <GroupRoleDialog key={adding} groupName={adding} onClose={() => setAdding(null)} />
      )}
      {revoking ? <RevokeGroupRole row={revoking} onClose={() => setRevoking(null)} /> : null}
    </>
  );
}

/** Asked for here, and without effect until another administrator agrees. */
function WaitingRows({ rows }: { rows: Outputs["people"]["groups"]["waiting"] }) {
  return (
    <Panel
      title="Waits for a second administrator"
      note={String(rows.length)}
      actions={
        <ButtonLink size="small" href={peopleHref({ tab: "requests" })}>
          Open requests
        </ButtonLink>
      }
      flush
    >
      <ul data-rows>
        {rows.map((row) => (
          <li
            key={row.id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2 last:border-b-0"
          >
            <StatusMark status="waiting" label={null} />
            <b>
              <UntrustedText>{row.name}</UntrustedText>
            </b>
            <RoleChip held={{ ...row, groupName: null }} />
            <span className="text-ink-2 text-xs">
              asked for by <UntrustedText>{row.requestedBy}</UntrustedText> <TimeAgo at={row.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function RevokeGroupRole({ row, onClose }: { row: Row; onClose: () => void }) {
  const trpc = useTRPC();
  const giveBack = useGiveGroupRole(row.groupName);
  const revoke = useMutation(
    trpc.people.revokeGroupRole.mutationOptions({
      meta: { invalidates: [trpc.people.pathKey()] },
      onSuccess: ({ groupName, role, scope }) => {
        onClose();
        showToast({
          tone: "ok",
          title: `${groupName} means this no longer`,
          action: {
            label: "Undo",
            onClick: () => giveBack.mutate({ groupName, role, scope, reason: "Undone" }),
          },
        });
      },
    }),
  );
  return (
    <WhyDialog
      title={`${row.groupName} is to mean this no longer`}
      description={
        row.members.count > 0
          ? `${severalWords(row.members)} ${row.members.count === 1 ? "loses" : "lose"} the role at once, and whoever signs in with the group no longer gets it.`
          : "Nobody holds the role by it now. Whoever signs in with the group no longer gets it."
      }
      verb="Revoke"
      pending={revoke.isPending}
      onClose={onClose}
      onConfirm={(reason) => revoke.mutate({ groupRoleId: row.id, reason })}
    />
  );
}

function columnsOf(onRevoke: (row: Row) => void): readonly Column<Row>[] {
  return [
    {
      key: "group",
      header: "Group",
      heading: true,
      cell: ({ groupName }) => (
        <span className="whitespace-nowrap font-medium max-sm:whitespace-normal">
          <UntrustedText>{groupName}</UntrustedText>
        </span>
      ),
    },
    { key: "role", header: "Role", cell: (row) => <RoleChip held={{ ...row, groupName: null }} /> },
    {
      key: "members",
      header: "Who has it by this",
      width: "100%",
      from: "md",
      cell: ({ members }) =>
        members.count > 0 ? (
          <UntrustedText>{severalWords(members)}</UntrustedText>
        ) : (
          <span className="text-ink-2">nobody yet</span>
        ),
    },
    {
      key: "since",
      header: "Since",
      from: "lg",
      cell: ({ by, agreedBy, createdAt, origin }) => (
        <span className="whitespace-nowrap text-ink-2">
          {origin === "installation"
            ? "set-up"
            : [by, agreedBy].filter((name, i, all) => name && all.indexOf(name) === i).join(" and ")}
          , <TimeAgo at={createdAt} />
        </span>
      ),
    },
    {
      key: "revoke",
      header: <span className="sr-only">Revoke</span>,
      numeric: true,
      cell: (row) => (
        <Button size="small" variant="danger" onClick={() => onRevoke(row)}>
          Revoke
        </Button>
      ),
    },
  ];
}
