"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import { TimeAgo } from "@/components/ui/time-ago";
import { showToast } from "@/components/ui/toast-queue";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { ROLE_DUTIES, ROLE_NAMES } from "@/domain/people/roles";
import { scopeWords } from "./people-words";
import type { Person } from "./person";
import { RequestActs, RequestOutlook } from "./request-acts";
import { RoleChip } from "./role-chips";
import { useGiveRole } from "./use-give-role";
import { WhyDialog } from "./why-dialog";

type Held = Person["grants"][number];

/** What they may do, where, and how they came to it. */
export function PersonRoles({ person }: { person: Person }) {
  const [revoking, setRevoking] = useState<Held | null>(null);
  return (
    <Panel title="Roles" note={String(person.grants.length)} flush={person.grants.length > 0}>
      {person.grants.length > 0 ? (
        <ul data-rows>
          {person.grants.map((held) => (
            <li
              key={held.id}
              className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b px-4 py-3 last:border-b-0"
            >
              <div className="min-w-0 flex-1 basis-72">
                <RoleChip held={{ ...held, groupName: null }} />
                <p className="mt-1 text-ink-2 text-xs">{ROLE_DUTIES[held.role]}</p>
                <p className="mt-1 text-xs">
                  <Why held={held} />
                </p>
              </div>
              {person.isManager ? (
                <Button
                  size="small"
                  variant="danger"
                  disabledReason={
                    held.groupName
                      ? `It comes from the group ${held.groupName}: take them out of it, or revoke its row under People, Groups.`
                      : null
                  }
                  onClick={() => setRevoking(held)}
                >
                  Revoke
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : (
        <EmptyState title={person.isSelf ? "You have no role yet" : "No role"}>
          {person.isSelf
            ? "An administrator can give you one."
            : "Without a role somebody may sign in and see nothing."}
        </EmptyState>
      )}
      {revoking ? <RevokeDialog person={person} held={revoking} onClose={() => setRevoking(null)} /> : null}
    </Panel>
  );
}

function Why({ held }: { held: Held }) {
  const name = (text: string | null) => <UntrustedText>{text ?? "somebody"}</UntrustedText>;
  const by =
    held.agreedBy && held.requestedBy ? (
      <>
        asked for by {name(held.requestedBy)}, agreed to by {name(held.agreedBy)}
      </>
    ) : held.by ? (
      <>by {name(held.by)}</>
    ) : null;
  return (
    <>
      {held.origin === "group" ? (
        <>
          By the group <b>{name(held.groupName)}</b>
          {by ? <>, whose meaning was given {by}</> : ", whose meaning is from set-up"}{" "}
        </>
      ) : held.origin === "installation" ? (
        "From set-up, "
      ) : held.agreedBy ? (
        <>By two administrators: {by} </>
      ) : (
        <>Given {by} </>
      )}
      <TimeAgo at={held.createdAt} />
      {held.reason ? (
        <span className="text-ink-2">
          : <UntrustedText>{held.reason}</UntrustedText>
        </span>
      ) : null}
    </>
  );
}

function RevokeDialog({ person, held, onClose }: { person: Person; held: Held; onClose: () => void }) {
  const trpc = useTRPC();
  const giveBack = useGiveRole(person.name);
  const takesTwo = person.roleOptions.find(({ role }) => role === held.role)?.takesTwo ?? false;
  const revoke = useMutation(
    trpc.people.revoke.mutationOptions({
      meta: { invalidates: [trpc.people.pathKey()] },
      onSuccess: ({ personId, role, scope }) => {
        onClose();
        showToast({
          tone: "ok",
          title: `${person.name} is ${ROLE_NAMES[role]} no longer`,
          action: {
            label: takesTwo ? "Ask for it anew" : "Undo",
            onClick: () => giveBack.mutate({ personId, role, scope, reason: "Revoked by mistake" }),
          },
        });
      },
    }),
  );
  return (
    <WhyDialog
      title={`Revoke ${ROLE_NAMES[held.role]}, ${scopeWords(held)}`}
      description={`${person.name} may do none of it from the next request on, and waiting promotions stop counting votes that rest on it.${takesTwo ? " To give it again, another administrator has to agree." : ""}`}
      verb="Revoke"
      pending={revoke.isPending}
      onClose={onClose}
      onConfirm={(reason) => revoke.mutate({ grantId: held.id, reason })}
    />
  );
}

/** What waits for a second administrator about this person. */
export function PersonRequests({ person }: { person: Person }) {
  if (person.requests.length === 0) return null;
  return (
    <Panel title="Waits for a second administrator" flush>
      <ul>
        {person.requests.map((request) => (
          <li
            key={request.id}
            className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b px-4 py-3 last:border-b-0"
          >
            <div className="min-w-0 flex-1 basis-72">
              <RoleChip held={{ ...request, groupName: null }} />
              <p className="mt-1 text-xs">
                <UntrustedText>{request.reason}</UntrustedText>
              </p>
              <p className="mt-0.5 text-ink-2 text-xs">
                asked for by <UntrustedText>{request.requestedBy}</UntrustedText>{" "}
                <TimeAgo at={request.createdAt} />.{" "}
                <RequestOutlook request={request} administrators={person.administrators} />
              </p>
            </div>
            <div className="flex gap-2">
              <RequestActs request={request} />
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
