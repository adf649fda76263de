import { CircleUser, Info, LogOut, Users } from "lucide-react";
import type { ReactNode } from "react";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { LiveUpdates } from "@/components/live/live-updates";
import { Find } from "@/components/portal/find";
import { navigationFor } from "@/components/portal/navigation";
import { StandstillNotice } from "@/components/portal/standstill-notice";
import { WaitingInTitle } from "@/components/promotions/waiting-count";
import type { FindPage } from "@/components/shell/find-palette";
import type { NavigationGroup } from "@/components/shell/navigation";
import { Shell } from "@/components/shell/shell";
import { ApiProvider } from "@/components/trpc/client";
import type { MenuItem } from "@/components/ui/menu-surface";
import type { PersonActor } from "@/domain/people/actor";
import { ROLE_NAMES, ROLES } from "@/domain/people/roles";
import { canSomewhere } from "@/domain/permissions";
import { requireActor } from "@/server/auth/require";

const FRAME = [
  trpc.settings.shell.queryKey(),
  trpc.promotions.waiting.queryKey(),
  trpc.people.waiting.queryKey(),
];

/** The frame of every page. It shows who is signed in; each page guards itself. */
export default async function PortalLayout({ children }: { children: ReactNode }) {
  const actor = await requireActor();
  const client = getQueryClient();
  const [frame] = await Promise.all([
    client.fetchQuery(trpc.settings.shell.queryOptions()),
    canSomewhere(actor, "promotions.read")
      ? client.prefetchQuery(trpc.promotions.waiting.queryOptions())
      : null,
    canSomewhere(actor, "people.read") ? client.prefetchQuery(trpc.people.waiting.queryOptions()) : null,
  ]);
  const navigation = navigationFor(actor);
  return (
    <ApiProvider>
      <Hydrated only={FRAME}>
        <Shell
          navigation={navigation}
          person={{ name: actor.name, note: rolesInWords(actor) }}
          personMenu={personMenu(frame.isDemonstration)}
          demonstration={frame.isDemonstration}
          find={canSomewhere(actor, "search.read") ? <Find pages={pagesIn(navigation)} /> : undefined}
          notice={<StandstillNotice />}
        >
          {children}
        </Shell>
        <WaitingInTitle />
        {canSomewhere(actor, "live.read") ? <LiveUpdates /> : null}
      </Hydrated>
    </ApiProvider>
  );
}

function pagesIn(navigation: readonly NavigationGroup[]): FindPage[] {
  return navigation.flatMap(({ items }) => items.map(({ label, href, keys }) => ({ label, href, keys })));
}

function rolesInWords(actor: PersonActor): string {
  const held = ROLES.filter((role) => actor.grants.some((grant) => grant.role === role));
  return held.length > 0 ? held.map((role) => ROLE_NAMES[role]).join(", ") : "No role yet";
}

function personMenu(isDemonstration: boolean): MenuItem[] {
  const others: MenuItem[] = isDemonstration
    ? [{ kind: "link", label: "Be somebody else", href: "/sign-in", icon: <Users aria-hidden /> }]
    : [];
  return [
    { kind: "link", label: "Your account", href: "/people/me", icon: <CircleUser aria-hidden /> },
    ...others,
    { kind: "link", label: "About", href: "/about", icon: <Info aria-hidden /> },
    { kind: "post", label: "Sign out", action: "/api/sign-out", icon: <LogOut aria-hidden /> },
  ];
}
