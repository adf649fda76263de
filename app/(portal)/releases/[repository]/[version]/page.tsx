import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getQueryClient, Hydrated, orNotFound, trpc } from "@/app/_trpc/server";
import { ReleaseView } from "@/components/releases/release-view";
import { ReleaseName } from "@/domain/releases/input";
import { requirePage } from "@/server/auth/require";

type Props = PageProps<"/releases/[repository]/[version]">;

async function nameOf({ params }: Props): Promise<ReleaseName> {
  const { repository, version } = await params;
  const name = ReleaseName.safeParse({ repositoryKey: repository, version });
  return name.success ? name.data : notFound();
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { repositoryKey, version } = await nameOf(props);
  return { title: `${repositoryKey} ${version}` };
}

export default async function ReleasePage(props: Props) {
  await requirePage("releases.read");
  const name = await nameOf(props);
  await orNotFound(getQueryClient().fetchQuery(trpc.releases.get.queryOptions(name)));
  return (
    <Hydrated>
      <ReleaseView name={name} />
    </Hydrated>
  );
}
