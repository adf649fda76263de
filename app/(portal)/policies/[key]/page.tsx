import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getQueryClient, Hydrated, orNotFound, trpc } from "@/app/_trpc/server";
import { readAskFor, readPolicyTab } from "@/components/policies/policy-search";
import { PolicyView } from "@/components/policies/policy-view";
import { can } from "@/domain/permissions";
import { GetPolicy } from "@/domain/policies/input";
import { requirePage } from "@/server/auth/require";

type Props = PageProps<"/policies/[key]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { data } = GetPolicy.safeParse(await params);
  return { title: data ? `Policy ${data.key}` : "Policy" };
}

export default async function PolicyPage({ params, searchParams }: Props) {
  const actor = await requirePage("policies.read");
  const { data } = GetPolicy.safeParse(await params);
  if (!data) notFound();
  await orNotFound(getQueryClient().fetchQuery(trpc.policies.get.queryOptions(data)));
  const search = await searchParams;
  return (
    <Hydrated>
      <PolicyView
        policyKey={data.key}
        tab={readPolicyTab(search)}
        askFor={readAskFor(search)}
        mayEdit={can(actor, "policies.edit", { productId: null })}
      />
    </Hydrated>
  );
}
