import type { Metadata } from "next";
import { PageHeader } from "@/components/ui/page-header";
import packageJson from "@/package.json";
import { requireActor } from "@/server/auth/require";

export const metadata: Metadata = { title: "About" };

/** What is running here: named when somebody asks for help. For everybody who is signed in. */
export default async function AboutPage() {
  await requireActor();
  return (
    <PageHeader
      breadcrumb={[{ label: "About" }]}
      title="About"
      summary={`Clearway ${packageJson.version}, a clearing house for change.`}
    />
  );
}
