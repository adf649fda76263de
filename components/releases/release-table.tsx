import { type Column, DataTable } from "@/components/ui/data-table";
import { Sha } from "@/components/ui/sha";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { placeName, type ReleaseLine } from "./release";
import { releaseHref } from "./releases-search";

export function ReleaseTable({ releases }: { releases: readonly ReleaseLine[] }) {
  return (
    <DataTable
      label="Releases"
      columns={COLUMNS}
      rows={releases}
      rowKey={({ id }) => id}
      rowHref={({ repositoryKey, version }) => releaseHref(repositoryKey, version)}
    />
  );
}

const COLUMNS: readonly Column<ReleaseLine>[] = [
  { key: "version", header: "Version", heading: true, cell: (release) => <Name release={release} /> },
  { key: "places", header: "Runs in", width: "100%", cell: (release) => <Places release={release} /> },
  {
    key: "repository",
    header: "Repository",
    from: "md",
    cell: (release) => (
      <span className="block max-w-48 truncate">
        <UntrustedText>{release.repositoryKey}</UntrustedText>
      </span>
    ),
  },
  { key: "commit", header: "Commit", from: "lg", cell: (release) => <Sha value={release.sourceSha} /> },
  {
    key: "digest",
    header: "Digest",
    from: "xl",
    cell: (release) => <Sha value={release.digest} length={12} />,
  },
  {
    key: "run",
    header: "Built by",
    from: "sm",
    cell: (release) => <span className="whitespace-nowrap text-ink-2">run {release.runNumber}</span>,
  },
  {
    key: "age",
    header: "Age",
    numeric: true,
    width: "72px",
    cell: (release) => <TimeAgo terse at={release.sealedAt ?? release.createdAt} className="text-ink-2" />,
  },
];

function Name({ release }: { release: ReleaseLine }) {
  return (
    <span className="block whitespace-nowrap">
      <Version className="font-medium">{release.version}</Version>
      <span className="block text-ink-2 text-xs md:hidden">
        <UntrustedText>{release.repositoryKey}</UntrustedText>
      </span>
      {release.isOnMaster ? <span className="ml-2 text-ink-2 text-xs max-md:ml-0">on master</span> : null}
      {release.sealedAt ? null : <span className="ml-2 text-ink-2 text-xs max-md:ml-0">being built</span>}
    </span>
  );
}

/** Each place once, with the components on hover; and that it was withdrawn, which does not stop it. */
function Places({ release }: { release: ReleaseLine }) {
  const places = new Map<string, string[]>();
  for (const place of release.runsIn) {
    const name = placeName(place);
    places.set(name, [...(places.get(name) ?? []), place.componentKey]);
  }
  return (
    <span className="flex flex-wrap gap-x-3">
      {release.withdrawnAt ? (
        <span className="inline-flex items-baseline gap-1.5">
          <StatusMark status="blocked" label={null} className="translate-y-0.5" />
          <span>
            Withdrawn: <UntrustedText>{release.withdrawnReason ?? ""}</UntrustedText>
            {places.size > 0 ? "; still in" : ""}
          </span>
        </span>
      ) : places.size === 0 ? (
        <span className="text-ink-2">nowhere now</span>
      ) : null}
      {[...places].map(([place, parts]) => (
        <span key={place} data-tip={parts.join(", ")} className="whitespace-nowrap">
          {place}
        </span>
      ))}
    </span>
  );
}
