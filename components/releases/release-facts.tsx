import { AppLink } from "@/components/ui/app-link";
import { KeyValues } from "@/components/ui/key-values";
import { Panel } from "@/components/ui/panel";
import { Sha } from "@/components/ui/sha";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import type { ReleasePage } from "./release";

const MIGRATIONS: Record<ReleasePage["release"]["migration"], string> = {
  none: "none",
  expand: "expand: older code still works",
  contract: "contract: older code stops working",
  irreversible: "irreversible",
};

/** What it was made from, by whom, and by which hashes it is known. */
export function ReleaseFacts({ page: { release, artifacts, reached, you } }: { page: ReleasePage }) {
  return (
    <div className="flex flex-col gap-4">
      <Panel title="Built once">
        <KeyValues
          items={[
            { label: "Digest", value: <Sha value={release.digest} length={16} /> },
            { label: "Tree", value: <Sha value={release.treeOid} length={12} /> },
            { label: "Commit", value: <Sha value={release.sourceSha} length={12} /> },
            {
              label: "Run",
              value: you.mayReadRuns ? (
                <AppLink href={`/pipelines/${release.runNumber}`} className="text-accent hover:underline">
                  #{release.runNumber}
                </AppLink>
              ) : (
                `#${release.runNumber}`
              ),
            },
            {
              label: "Sealed",
              value: release.sealedAt ? <TimeAgo at={release.sealedAt} /> : "not yet",
            },
            {
              label: "Schema",
              value: `works with ${release.schemaMin === release.schemaMax ? release.schemaMin : `${release.schemaMin} to ${release.schemaMax}`}, leaves ${release.schemaAfter}`,
            },
            { label: "Migration", value: MIGRATIONS[release.migration] },
            { label: "Product", value: <UntrustedText>{release.productName}</UntrustedText> },
          ]}
        />
      </Panel>
      <Panel title="Artifacts" note={String(artifacts.length)} flush>
        <ul>
          {artifacts.map((artifact) => (
            <li
              key={artifact.componentKey}
              className="flex flex-wrap items-baseline justify-between gap-x-4 border-b px-4 py-2 last:border-b-0"
            >
              <UntrustedText>{artifact.componentKey}</UntrustedText>
              <Sha value={artifact.sha256} length={16} />
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title="Branches" note="that have had this very tree" flush>
        <ul>
          {reached.map(({ ref, commitSha, createdAt }) => (
            <li
              key={`${ref}${commitSha}`}
              className="flex flex-wrap items-baseline gap-x-4 border-b px-4 py-2 last:border-b-0"
            >
              <Version className="min-w-0 break-words">{ref.replace(/^refs\/heads\//, "")}</Version>
              <Sha value={commitSha} />
              <TimeAgo at={createdAt} className="ml-auto whitespace-nowrap text-ink-2" />
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}
