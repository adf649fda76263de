import { Download } from "lucide-react";
import { buttonClass } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import { Sha } from "@/components/ui/sha";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { Run } from "./run-status";

type Artifact = Run["artifacts"][number];

/** What the run kept, each by its SHA-256: the very bytes that are installed. */
export function RunArtifacts({ artifacts }: { artifacts: readonly Artifact[] }) {
  return (
    <Panel flush={artifacts.length > 0}>
      {artifacts.length === 0 ? (
        <EmptyState title="No artifacts">
          Jobs that declare an artifact keep it here when they pass.
        </EmptyState>
      ) : (
        <DataTable label="Artifacts" columns={COLUMNS} rows={artifacts} rowKey={(artifact) => artifact.id} />
      )}
    </Panel>
  );
}

const COLUMNS: readonly Column<Artifact>[] = [
  {
    key: "component",
    header: "Component",
    heading: true,
    cell: (artifact) => <UntrustedText>{artifact.componentName ?? artifact.componentKey}</UntrustedText>,
  },
  {
    key: "path",
    header: "File",
    from: "md",
    width: "100%",
    cell: (artifact) => (
      <span className="font-mono text-xs">
        <UntrustedText>{artifact.path}</UntrustedText>
      </span>
    ),
  },
  { key: "sha", header: "SHA-256", cell: (artifact) => <Sha value={artifact.sha256} length={16} /> },
  {
    key: "size",
    header: "Size",
    numeric: true,
    from: "sm",
    cell: (artifact) => sizeInWords(artifact.sizeBytes),
  },
  {
    key: "download",
    header: <span className="sr-only">Download</span>,
    numeric: true,
    cell: (artifact) => (
      <a
        href={`/api/artifacts/${artifact.id}`}
        download
        className={buttonClass({ variant: "ghost", size: "small" })}
      >
        <Download aria-hidden className="size-3.5" />
        Download<span className="sr-only"> {artifact.componentKey}</span>
      </a>
    ),
  },
];

const KIB = 1024;

/** "812 B", "3.4 kB", "12 MB" */
export function sizeInWords(bytes: number): string {
  if (bytes < KIB) return `${bytes} B`;
  if (bytes < KIB * KIB) return `${(bytes / KIB).toFixed(bytes < 10 * KIB ? 1 : 0)} kB`;
  return `${(bytes / KIB / KIB).toFixed(bytes < 10 * KIB * KIB ? 1 : 0)} MB`;
}
