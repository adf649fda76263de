import { releaseHref } from "@/components/releases/releases-search";
import type { Outputs } from "@/components/trpc/outputs";
import { AppLink } from "@/components/ui/app-link";
import { type Column, DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import { Sha } from "@/components/ui/sha";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";

type Release = Outputs["repositories"]["get"]["releases"][number];

type ReleasesPanelProps = { repositoryKey: string; releases: readonly Release[] };

/** What was built once and travels: newest first, with where it runs now. */
export function ReleasesPanel({ repositoryKey, releases }: ReleasesPanelProps) {
  return (
    <Panel
      id="releases"
      title="Releases"
      note={releases.length === 1 ? "1" : `the newest ${releases.length}`}
      flush={releases.length > 0}
    >
      {releases.length > 0 ? (
        <DataTable
          label="Releases"
          columns={COLUMNS}
          rows={releases}
          rowKey={({ id }) => id}
          rowHref={({ version }) => releaseHref(repositoryKey, version)}
        />
      ) : (
        <EmptyState title="No releases yet">
          What is merged into a sprint branch is built once; the result is a release.
        </EmptyState>
      )}
    </Panel>
  );
}

const COLUMNS: readonly Column<Release>[] = [
  { key: "version", header: "Version", heading: true, cell: (release) => <Name release={release} /> },
  {
    key: "places",
    header: "Runs in",
    width: "100%",
    cell: (release) => <Places release={release} />,
  },
  {
    key: "digest",
    header: "Digest",
    from: "md",
    cell: (release) => <Sha value={release.digest} length={12} />,
  },
  { key: "commit", header: "Commit", from: "lg", cell: (release) => <Sha value={release.sourceSha} /> },
  {
    key: "run",
    header: "Built by",
    from: "sm",
    cell: (release) => (
      <AppLink
        href={`/pipelines/${release.run.number}`}
        className="over-row text-ink-2 hover:text-ink hover:underline"
      >
        #{release.run.number}
      </AppLink>
    ),
  },
  {
    key: "age",
    header: "Age",
    numeric: true,
    cell: (release) => <TimeAgo terse at={release.sealedAt ?? release.createdAt} className="text-ink-2" />,
  },
];

function Name({ release }: { release: Release }) {
  return (
    <span className="block whitespace-nowrap">
      <Version>{release.version}</Version>
      {release.isOnMaster ? <span className="text-ink-2 text-xs max-sm:block sm:ml-2">on master</span> : null}
      {release.sealedAt ? null : <span className="text-ink-2 text-xs max-sm:block sm:ml-2">being built</span>}
    </span>
  );
}

function Places({ release }: { release: Release }) {
  if (release.withdrawnAt) {
    return (
      <span className="flex items-baseline gap-1.5">
        <StatusMark status="blocked" label={null} className="translate-y-0.5" />
        <span>
          Withdrawn: <UntrustedText>{release.withdrawnReason ?? ""}</UntrustedText>
        </span>
      </span>
    );
  }
  const places = new Map<string, string[]>();
  for (const { clientName, environmentName, componentKey } of release.runsIn) {
    const place = clientName ? `${clientName} ${environmentName}` : environmentName;
    places.set(place, [...(places.get(place) ?? []), componentKey]);
  }
  if (places.size === 0) return <span className="text-ink-2">nowhere now</span>;
  return (
    <span className="flex flex-wrap gap-x-3">
      {[...places].map(([place, parts]) => (
        <span key={place} data-tip={parts.join(", ")} className="whitespace-nowrap">
          {place}
        </span>
      ))}
    </span>
  );
}
