"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { FilterField } from "@/components/portal/filter-field";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { ButtonLink } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Freshness } from "@/components/ui/freshness";
import { Panel } from "@/components/ui/panel";
import { Person } from "@/components/ui/person";
import { Select } from "@/components/ui/select";
import { StatusText } from "@/components/ui/status-pill";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { PERSON_STATES } from "@/domain/people/person-states";
import { ROLE_NAMES, ROLES } from "@/domain/people/roles";
import { type PeopleAddress, peopleHref, peopleInput } from "./people-search";
import { STATE_WORDS } from "./people-words";
import { RoleChips } from "./role-chips";

type Row = Outputs["people"]["list"]["items"][number];

export function PeopleList({ address }: { address: PeopleAddress }) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.people.list.queryOptions(peopleInput(address)));
  const page = address.page ?? 1;
  const isNarrowed = peopleHref({ ...address, page: undefined }) !== "/people";
  return (
    <>
      <PeopleFilter address={address} isManager={data.isManager} />
      <Panel flush={data.items.length > 0}>
        {data.items.length > 0 ? (
          <DataTable
            label="People"
            columns={columnsOf(data)}
            rows={data.items}
            rowKey={({ id }) => id}
            rowHref={({ id }) => `/people/${id}`}
          />
        ) : (
          <EmptyState
            title={isNarrowed ? "Nobody matches these filters" : "Nobody is here yet"}
            action={isNarrowed ? <ButtonLink href="/people">Show everybody</ButtonLink> : undefined}
          >
            A role counts for its own scope and for everything inside it.
          </EmptyState>
        )}
      </Panel>
      {data.pages > 1 ? (
        <nav aria-label="Pages" className="mt-4 flex items-center justify-center gap-3">
          {page > 1 ? (
            <ButtonLink href={peopleHref({ ...address, page: page - 1 })}>Earlier names</ButtonLink>
          ) : null}
          <span className="text-ink-2">
            page {page} of {data.pages}
          </span>
          {page < data.pages ? (
            <ButtonLink href={peopleHref({ ...address, page: page + 1 })}>Later names</ButtonLink>
          ) : null}
        </nav>
      ) : null}
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}

function PeopleFilter({ address, isManager }: { address: PeopleAddress; isManager: boolean }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { data: scopes } = useSuspenseQuery(trpc.people.scopes.queryOptions());
  const first = { ...address, page: undefined };
  const go = (next: Partial<PeopleAddress>) =>
    router.push(peopleHref({ ...first, ...next }), { scroll: false });
  const any = (label: string) => ({ value: "", label });
  return (
    <search className="mb-3 flex flex-wrap items-center gap-2">
      <FilterField
        label="Filter by name"
        placeholder={isManager ? "Name or e-mail" : "Name"}
        value={address.q}
        hrefOf={(q) => peopleHref({ ...first, q })}
      />
      <Select
        aria-label="Role"
        className="w-40"
        value={address.role ?? ""}
        options={[any("Any role"), ...ROLES.map((role) => ({ value: role, label: ROLE_NAMES[role] }))]}
        onChange={({ target }) => go({ role: ROLES.find((role) => role === target.value) })}
      />
      <Select
        aria-label="Where it holds"
        className="w-44"
        value={address.scope ?? ""}
        options={[
          any("Any scope"),
          { value: "organisation", label: "Everywhere" },
          ...scopes.map(({ id, name, kind, isRetired }) => ({
            value: id,
            label: `${name} (${isRetired ? `retired ${kind}` : kind})`,
          })),
        ]}
        onChange={({ target }) => go({ scope: target.value || undefined })}
      />
      <Select
        aria-label="State"
        className="w-44"
        value={address.state ?? ""}
        options={[
          any("Any state"),
          ...PERSON_STATES.map((state) => ({ value: state, label: capital(STATE_WORDS[state].text) })),
        ]}
        onChange={({ target }) => go({ state: PERSON_STATES.find((state) => state === target.value) })}
      />
    </search>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const NAME: Column<Row> = {
  key: "name",
  header: "Name",
  heading: true,
  cell: (person) => (
    <span className="block">
      <Person name={person.name} />
      {person.title ? (
        <span className="block pl-[26px] text-ink-2 text-xs md:whitespace-nowrap">
          <UntrustedText>{person.title}</UntrustedText>
        </span>
      ) : null}
    </span>
  ),
};

const ROLES_HELD: Column<Row> = {
  key: "roles",
  header: "Roles and where they hold",
  width: "100%",
  cell: (person) => <RoleChips grants={person.grants} />,
};

const STATE: Column<Row> = {
  key: "state",
  header: "State",
  from: "sm",
  cell: ({ state }) => (
    <StatusText status={STATE_WORDS[state].status} className="whitespace-nowrap">
      {STATE_WORDS[state].text}
    </StatusText>
  ),
};

const GROUPS: Column<Row> = {
  key: "groups",
  header: "Groups",
  from: "lg",
  cell: ({ groups }) =>
    groups.length === 0 ? (
      <span className="text-ink-2">–</span>
    ) : (
      <span className="block max-w-56 truncate text-ink-2" data-tip={groups.join(", ")}>
        <UntrustedText>{groups.join(", ")}</UntrustedText>
      </span>
    ),
};

const SEEN: Column<Row> = {
  key: "seen",
  header: "Last sign-in",
  from: "md",
  cell: ({ lastSignInAt }) =>
    lastSignInAt ? (
      <TimeAgo at={lastSignInAt} className="whitespace-nowrap text-ink-2" />
    ) : (
      <span className="whitespace-nowrap text-ink-2">not known</span>
    ),
};

/** Groups only where somebody is in one. */
function columnsOf({ items, isManager }: Outputs["people"]["list"]): readonly Column<Row>[] {
  if (!isManager) return [NAME, ROLES_HELD, STATE];
  const hasGroups = items.some(({ groups }) => groups.length > 0);
  return [NAME, ROLES_HELD, ...(hasGroups ? [GROUPS] : []), SEEN, STATE];
}
