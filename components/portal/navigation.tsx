import { ArrowRightLeft, FolderGit2, GitPullRequest, LayoutGrid, Workflow } from "lucide-react";
import { WaitingCount } from "@/components/promotions/waiting-count";
import type { NavigationGroup, NavigationItem } from "@/components/shell/navigation";
import type { Actor } from "@/domain/people/actor";
import { canSomewhere, type Permission } from "@/domain/permissions";

type Entry = NavigationItem & { permission: Permission };

/** Every page that is reached from the sidebar. An entry stands here when its page exists, not before. */
const ENTRIES: readonly (readonly Entry[])[] = [
  [
    {
      label: "Promotions",
      href: "/promotions",
      also: ["/"],
      icon: <ArrowRightLeft aria-hidden />,
      badge: <WaitingCount />,
      keys: "g p",
      permission: "promotions.read",
    },
    {
      label: "Pull requests",
      href: "/pull-requests",
      icon: <GitPullRequest aria-hidden />,
      keys: "g r",
      permission: "pullRequests.read",
    },
    {
      label: "Environments",
      href: "/environments",
      icon: <LayoutGrid aria-hidden />,
      keys: "g e",
      permission: "environments.read",
    },
    {
      label: "Pipelines",
      href: "/pipelines",
      icon: <Workflow aria-hidden />,
      keys: "g l",
      permission: "pipelines.read",
    },
    {
      label: "Repositories",
      href: "/repositories",
      icon: <FolderGit2 aria-hidden />,
      keys: "g b",
      permission: "repositories.read",
    },
  ],
];

/** What this person may see somewhere. */
export function navigationFor(actor: Actor): NavigationGroup[] {
  return ENTRIES.map((group) => ({
    items: group
      .filter((entry) => canSomewhere(actor, entry.permission))
      .map(({ permission, ...item }) => item),
  })).filter((group) => group.items.length > 0);
}
