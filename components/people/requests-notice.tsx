"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { ButtonLink } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { peopleHref } from "./people-search";

/** Requests for access that whoever looks may decide, where they look for what waits for them; nothing for others. */
export function RequestsNotice() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.people.waiting.queryOptions());
  if (!data?.count) return null;
  return (
    <Callout
      tone="waiting"
      title={
        data.count === 1 ? "1 access request waits for you" : `${data.count} access requests wait for you`
      }
      action={
        <ButtonLink size="small" href={peopleHref({ tab: "requests" })}>
          {data.count === 1 ? "Look at it" : "Look at them"}
        </ButtonLink>
      }
    >
      Another administrator asked; a second one agrees or refuses.
    </Callout>
  );
}
