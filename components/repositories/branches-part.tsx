import { branchesHref } from "@/components/branches/branches-search";
import type { Outputs } from "@/components/trpc/outputs";
import { AppLink } from "@/components/ui/app-link";
import { ButtonLink } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { BRANCH_KIND_NAMES } from "@/domain/branches/in-words";

type BranchesPartProps = {
  repositoryKey: string;
  counts: Outputs["repositories"]["get"]["branchCounts"];
};

/** How many branches of each kind the repository has; the branches themselves are a page of their own. */
export function BranchesPart({ repositoryKey, counts }: BranchesPartProps) {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return (
    <Panel
      id="branches"
      title="Branches"
      note={String(total)}
      actions={
        <ButtonLink size="small" href={branchesHref({ repositoryKey })}>
          Show branches
        </ButtonLink>
      }
    >
      {total === 0 ? (
        <p className="text-ink-2">No branches yet. Push one, and it appears here by itself.</p>
      ) : (
        <ul className="flex flex-wrap gap-x-6 gap-y-2">
          {counts.map(({ kind, count }) => (
            <li key={kind}>
              <AppLink href={branchesHref({ repositoryKey, kind })} className="hover:underline">
                <span className="font-medium">{count}</span>{" "}
                <span className="text-ink-2">{BRANCH_KIND_NAMES[kind].toLowerCase()}</span>
              </AppLink>
            </li>
          ))}
          {(["stale", "misnamed"] as const).map((view) => (
            <li key={view}>
              <AppLink
                href={branchesHref({ repositoryKey, view })}
                className="text-ink-2 hover:text-ink hover:underline"
              >
                {view === "stale" ? "Stale ones" : "Misnamed ones"}
              </AppLink>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
