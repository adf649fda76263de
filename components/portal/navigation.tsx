import {
  ArrowRightLeft,
  Boxes,
  Building2,
  FolderGit2,
  GitBranch,
  GitPullRequest,
  KeyRound,
  LayoutGrid,
  ListChecks,
  Package,
  Scale,
  ScrollText,
  Settings,
  Users,
  Workflow,
} from "lucide-react";
import { WaitingRequests } from "@/components/people/waiting-requests";
import { WaitingCount } from "@/components/promotions/waiting-count";
import type { NavigationGroup, NavigationItem } from "@/components/shell/navigation";
import type { Actor } from "@/domain/people/actor";
import { can, canSomewhere, type Permission } from "@/domain/permissions";

type Entry = NavigationItem & {
  permission: Permission;
  /** The page is about all of the organisation: holding the permission for a part of it does not open it. */
  isOrganisationWide?: boolean;
};

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
      label: "Branches",
      href: "/branches",
      icon: <GitBranch aria-hidden />,
      keys: "g b",
      permission: "repositories.read",
    },
    {
      label: "Environments",
      href: "/environments",
      icon: <LayoutGrid aria-hidden />,
      keys: "g e",
      permission: "environments.read",
    },
    {
      label: "Releases",
      href: "/releases",
      icon: <Package aria-hidden />,
      keys: "g v",
      permission: "releases.read",
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
      keys: "g f",
      permission: "repositories.read",
    },
    {
      label: "Work items",
      href: "/work-items",
      icon: <ListChecks aria-hidden />,
      keys: "g w",
      permission: "workItems.read",
    },
  ],
  [
    {
      label: "Policies",
      href: "/policies",
      icon: <Scale aria-hidden />,
      keys: "g y",
      permission: "policies.read",
    },
    {
      label: "People",
      href: "/people",
      icon: <Users aria-hidden />,
      badge: <WaitingRequests />,
      keys: "g o",
      permission: "people.read",
    },
    {
      label: "Catalog",
      href: "/catalog",
      icon: <Boxes aria-hidden />,
      keys: "g c",
      permission: "catalog.read",
    },
    {
      label: "Clients",
      href: "/clients",
      icon: <Building2 aria-hidden />,
      keys: "g k",
      permission: "catalog.read",
    },
    {
      label: "Audit",
      href: "/audit",
      icon: <ScrollText aria-hidden />,
      keys: "g a",
      permission: "audit.read",
    },
    {
      label: "Access tokens",
      href: "/access-tokens",
      icon: <KeyRound aria-hidden />,
      permission: "accessTokens.manage",
    },
    {
      label: "Settings",
      href: "/settings",
      icon: <Settings aria-hidden />,
      keys: "g ,",
      permission: "settings.read",
      isOrganisationWide: true,
    },
  ],
];

/** What this person may see somewhere. */
export function navigationFor(actor: Actor): NavigationGroup[] {
  return ENTRIES.map((group) => ({
    items: group
      .filter(({ permission, isOrganisationWide }) =>
        isOrganisationWide ? can(actor, permission, { productId: null }) : canSomewhere(actor, permission),
      )
      .map(({ permission, isOrganisationWide, ...item }) => item),
  })).filter((group) => group.items.length > 0);
}
