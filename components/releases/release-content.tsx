import { AppLink } from "@/components/ui/app-link";
import { Panel } from "@/components/ui/panel";
import { Sha } from "@/components/ui/sha";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import type { ReleasePage } from "./release";

/** The work items and commits that no earlier release of its repository had. */
export function ReleaseContent({ page: { brought } }: { page: ReleasePage }) {
  if (!brought) return null;
  const { commits, workItems, isCut } = brought;
  return (
    <Panel
      title="What it brought"
      note={`${workItems.length} work ${workItems.length === 1 ? "item" : "items"}, ${isCut ? "more than " : ""}${commits.length} ${commits.length === 1 ? "commit" : "commits"} that no earlier release has`}
      flush={workItems.length + commits.length > 0}
    >
      {workItems.length + commits.length === 0 ? (
        <p className="text-ink-2">Merges only: every commit was in an earlier release.</p>
      ) : (
        <>
          <ul className={workItems.length > 0 ? "border-b" : ""}>
            {workItems.map(({ key, title }) => (
              <li key={key} className="px-4 py-1.5">
                <AppLink
                  href={`/work-items/${encodeURIComponent(key)}`}
                  className="flex gap-3 hover:underline"
                >
                  <Version className="shrink-0 whitespace-nowrap">{key}</Version>
                  <UntrustedText className="min-w-0">{title}</UntrustedText>
                </AppLink>
              </li>
            ))}
          </ul>
          <ul className="max-h-96 overflow-y-auto py-1">
            {commits.map((commit) => (
              <li key={commit.sha} className="flex items-baseline gap-3 px-4 py-1">
                <Sha value={commit.sha} />
                <UntrustedText className="min-w-0 flex-1 truncate">{commit.subject}</UntrustedText>
                <span className="max-w-40 shrink-0 truncate text-ink-2 max-sm:hidden">
                  <UntrustedText>{commit.authorName}</UntrustedText>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
