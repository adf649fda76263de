import { OlderPages } from "@/components/portal/older-pages";
import type { Outputs } from "@/components/trpc/outputs";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Panel } from "@/components/ui/panel";
import { BRANCH_KIND_NAMES } from "@/domain/branches/in-words";
import { BranchTable } from "./branch-table";
import { type RepositoryAddress, repositoryHref } from "./repository-search";

type BranchesPanelProps = {
  address: RepositoryAddress;
  counts: Outputs["repositories"]["get"]["branchCounts"];
  page: Outputs["branches"]["list"];
  canOpenPullRequests: boolean;
};

export function BranchesPanel({ address, counts, page, canOpenPullRequests }: BranchesPanelProps) {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return (
    <div>
      <Panel
        id="branches"
        title="Branches"
        note={total === 1 ? "1" : String(total)}
        actions={
          counts.length > 1 ? (
            <FilterChips
              label="Kind of branch"
              chips={[
                {
                  label: "All",
                  href: repositoryHref({ key: address.key }),
                  current: address.kind === undefined,
                },
                ...counts.map(({ kind, count }) => ({
                  label: BRANCH_KIND_NAMES[kind],
                  href: repositoryHref({ key: address.key, kind }),
                  current: kind === address.kind,
                  count,
                })),
              ]}
            />
          ) : undefined
        }
        flush={page.items.length > 0}
      >
        {page.items.length > 0 ? (
          <BranchTable
            repositoryKey={address.key}
            branches={page.items}
            canOpenPullRequests={canOpenPullRequests}
          />
        ) : (
          <EmptyState title={address.kind ? "No branches of this kind" : "No branches yet"}>
            Push one, and it appears here by itself.
          </EmptyState>
        )}
      </Panel>
      <OlderPages
        newest="First"
        older="Show more"
        newestHref={address.after ? repositoryHref({ ...address, after: undefined }) : null}
        olderHref={page.next ? repositoryHref({ ...address, after: page.next }) : null}
      />
    </div>
  );
}
