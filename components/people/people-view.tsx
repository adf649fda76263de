"use client";

import { useQuery } from "@tanstack/react-query";
import { Download, UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { QueryPart } from "@/components/trpc/query-part";
import { Button, buttonClass } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { Tabs } from "@/components/ui/tabs";
import { GroupsPart } from "./groups-part";
import { InviteDialog } from "./invite-dialog";
import { PeopleList } from "./people-list";
import { PEOPLE_TABS, type PeopleAddress, type PeopleTab, peopleHref } from "./people-search";
import { RequestsPart } from "./requests-part";

const TABS: Record<PeopleTab, string> = { people: "Everybody", requests: "Requests", groups: "Groups" };

/** Who may do what, and for whoever manages people how that comes about. */
export function PeopleView({ address, mayManage }: { address: PeopleAddress; mayManage: boolean }) {
  const trpc = useTRPC();
  const { data: waiting } = useQuery({ ...trpc.people.waiting.queryOptions(), enabled: mayManage });
  const router = useRouter();
  const [inviting, setInviting] = useState(address.add !== undefined);
  const { add, ...place } = address;
  const first = { ...place, page: undefined };
  const leave = (isOpen: boolean) => {
    setInviting(isOpen);
    if (!isOpen && add) router.replace(peopleHref(place), { scroll: false });
  };
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "People" }]}
        title="People"
        summary="Who may do what here, and where. Administrators give roles; none of them decides on a promotion."
        actions={
          address.tab === "people" ? (
            <>
              <a
                href={`/api/people?${peopleHref(first).split("?")[1] ?? ""}`}
                download
                className={buttonClass({ variant: "secondary" })}
              >
                <Download aria-hidden className="size-4" />
                Download CSV
              </a>
              {mayManage ? (
                <Button
                  variant="primary"
                  icon={<UserPlus aria-hidden className="size-4" />}
                  onClick={() => setInviting(true)}
                >
                  Add a person
                </Button>
              ) : null}
            </>
          ) : null
        }
      >
        {mayManage ? (
          <Tabs
            label="Parts of people"
            tabs={PEOPLE_TABS.map((tab) => ({
              label: TABS[tab],
              href: peopleHref({ tab }),
              current: tab === address.tab,
              count: tab === "requests" ? waiting?.open || undefined : undefined,
            }))}
          />
        ) : null}
      </PageHeader>
      <QueryPart fallback={<RowsSkeleton />}>
        {address.tab === "people" || !mayManage ? <PeopleList address={place} /> : null}
        {address.tab === "requests" && mayManage ? <RequestsPart /> : null}
        {address.tab === "groups" && mayManage ? <GroupsPart /> : null}
      </QueryPart>
      {mayManage ? <InviteDialog open={inviting} email={add} onOpenChange={leave} /> : null}
    </>
  );
}
