type Commit = { sha: string; workItemKeys: readonly string[]; added: number; removed: number };
type Item = { key: string; title: string };

export type WorkItemGroup<C> = {
  /** Null: commits that name no work item. */
  key: string | null;
  title: string | null;
  commits: C[];
  added: number;
  removed: number;
};

/** Every work item with its commits, what names none last. A commit that names two stands under both. */
export function commitsByWorkItem<C extends Commit>(changes: {
  items: readonly Item[];
  commits: readonly C[];
}): WorkItemGroup<C>[] {
  const groups = [...changes.items, null].map((item) => {
    const commits = changes.commits.filter((commit) =>
      item ? commit.workItemKeys.includes(item.key) : commit.workItemKeys.length === 0,
    );
    return {
      key: item?.key ?? null,
      title: item?.title ?? null,
      commits,
      added: commits.reduce((sum, commit) => sum + commit.added, 0),
      removed: commits.reduce((sum, commit) => sum + commit.removed, 0),
    };
  });
  return groups.filter((group) => group.commits.length > 0);
}
