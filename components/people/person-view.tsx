"use client";

import { useMutation } from "@tanstack/react-query";
import { Ellipsis, Link2, Pencil, UserMinus, UserPlus } from "lucide-react";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { AppLink } from "@/components/ui/app-link";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Freshness } from "@/components/ui/freshness";
import { Menu } from "@/components/ui/menu";
import type { MenuItem } from "@/components/ui/menu-surface";
import { PageHeader } from "@/components/ui/page-header";
import { StatusPill } from "@/components/ui/status-pill";
import { showToast } from "@/components/ui/toast-queue";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { EditDialog } from "./edit-dialog";
import { GrantDialog } from "./grant-dialog";
import { LinkDialog } from "./link-dialog";
import { STATE_WORDS } from "./people-words";
import type { Person } from "./person";
import { PersonHistory } from "./person-history";
import { PersonIdentities } from "./person-identities";
import { PersonRequests, PersonRoles } from "./person-roles";
import { PersonSessions } from "./person-sessions";
import { PersonTokens } from "./person-tokens";
import { WhyDialog } from "./why-dialog";

type Asking = "grant" | "edit" | "link" | "activity" | null;

/** One person: what they may do and why; and for themselves and administrators how they come in. */
export function PersonView({ person, asOf, isAccount }: { person: Person; asOf: Date; isAccount?: boolean }) {
  const [asking, setAsking] = useState<Asking>(null);
  const close = () => setAsking(null);
  const { isManager, isSelf } = person;
  const sees = isManager || isSelf;
  const state = STATE_WORDS[person.state];
  return (
    <>
      <PageHeader
        breadcrumb={
          isAccount
            ? [{ label: "Your account" }]
            : [{ label: "People", href: "/people" }, { label: person.name }]
        }
        title={isAccount ? "Your account" : <UntrustedText>{person.name}</UntrustedText>}
        mark={person.state === "active" ? null : <StatusPill status={state.status}>{state.text}</StatusPill>}
        summary={
          <UntrustedText>
            {[isAccount ? person.name : null, person.title, person.email].filter(Boolean).join(" · ")}
          </UntrustedText>
        }
        actions={isManager && !isAccount ? <Acts person={person} onAsk={setAsking} /> : null}
      />
      {person.linked.map(({ id, name, relation }) => (
        <Callout
          key={id}
          className="mb-4"
          title={
            <>
              {relation === "sameAs" ? "The same human being as " : "Also known as "}
              <AppLink href={`/people/${id}`} className="text-accent hover:underline">
                <UntrustedText>{name}</UntrustedText>
              </AppLink>
            </>
          }
        >
          {relation === "sameAs"
            ? "Roles and sign-ins are there."
            : "What was done under that name counts as done by this one."}
        </Callout>
      ))}
      <div
        className={sees ? "grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]" : "max-w-4xl"}
      >
        <div className="flex min-w-0 flex-col gap-5">
          <PersonRequests person={person} />
          <PersonRoles person={person} />
          <PersonHistory person={person} />
        </div>
        {sees ? (
          <div className="flex min-w-0 flex-col gap-5">
            <PersonSessions person={person} />
            <PersonIdentities person={person} />
            <PersonTokens person={person} />
          </div>
        ) : null}
      </div>
      <Freshness asOf={asOf} />
      {isManager ? (
        <GrantDialog person={person} open={asking === "grant"} onOpenChange={(open) => open || close()} />
      ) : null}
      {asking === "edit" ? <EditDialog person={person} onClose={close} /> : null}
      {asking === "link" ? <LinkDialog person={person} onClose={close} /> : null}
      {asking === "activity" ? <ActivityDialog person={person} onClose={close} /> : null}
    </>
  );
}

function Acts({ person, onAsk }: { person: Person; onAsk: (what: Asking) => void }) {
  const reason = person.isSelf
    ? "Nobody gives themselves a role. Another administrator can."
    : person.sameAsId
      ? "This person is linked to another. Give the role to that one."
      : person.isActive
        ? null
        : "This person is not active. Activate them first.";
  const linked = person.sameAsId ? "Linked already" : null;
  // What waits is then the one thing that asks for action.
  const isAgreeing = person.requests.some(({ isMine, refusal }) => !isMine && refusal === null);
  const items: MenuItem[] = [
    {
      label: "Edit…",
      icon: <Pencil aria-hidden />,
      disabledReason: linked,
      onSelect: () => onAsk("edit"),
    },
    {
      label: person.isActive ? "Deactivate…" : "Activate…",
      icon: person.isActive ? <UserMinus aria-hidden /> : <UserPlus aria-hidden />,
      danger: person.isActive,
      disabledReason: person.isSelf ? "Another administrator does this" : linked,
      onSelect: () => onAsk("activity"),
    },
    {
      label: "The same as somebody else…",
      icon: <Link2 aria-hidden />,
      disabledReason: person.isSelf ? "Another administrator links you" : linked,
      onSelect: () => onAsk("link"),
    },
  ];
  return (
    <>
      <Button
        variant={isAgreeing ? "secondary" : "primary"}
        disabledReason={reason}
        onClick={() => onAsk("grant")}
      >
        Give a role
      </Button>
      <Menu
        button={{
          size: "icon",
          "aria-label": `More about ${person.name}`,
          children: <Ellipsis aria-hidden className="size-4" />,
        }}
        items={items}
      />
    </>
  );
}

function ActivityDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const trpc = useTRPC();
  const meta = { invalidates: [trpc.people.pathKey()] };
  const undo = useMutation(trpc.people.setActive.mutationOptions({ meta }));
  const set = useMutation(
    trpc.people.setActive.mutationOptions({
      meta,
      onSuccess: ({ personId, isActive }) => {
        onClose();
        showToast({
          tone: "ok",
          title: `${person.name} is ${isActive ? "active again" : "not active any more"}`,
          action: {
            label: "Undo",
            onClick: () => undo.mutate({ personId, isActive: !isActive, reason: "Undone" }),
          },
        });
      },
    }),
  );
  const isLeaving = person.isActive;
  return (
    <WhyDialog
      title={`${isLeaving ? "Deactivate" : "Activate"} ${person.name}`}
      description={
        isLeaving
          ? "Every session and token ends at once, and waiting promotions stop counting their votes. Roles stay, for a return; sessions and tokens do not come back."
          : "They can sign in again, with the roles that are listed here."
      }
      verb={isLeaving ? "Deactivate" : "Activate"}
      pending={set.isPending}
      onClose={onClose}
      onConfirm={(reason) => set.mutate({ personId: person.id, isActive: !person.isActive, reason })}
    />
  );
}
