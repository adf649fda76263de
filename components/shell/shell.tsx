import { Menu as MenuIcon } from "lucide-react";
import type { ReactNode } from "react";
import { AppLink } from "@/components/ui/app-link";
import { buttonClass } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import type { MenuItem } from "@/components/ui/menu-surface";
import { Keyboard, type Shortcut } from "./keyboard";
import { Navigation, type NavigationGroup } from "./navigation";
import { NAVIGATION_ID } from "./navigation-id";
import { PersonMenu, type ShellPerson } from "./person-menu";
import { ProgressBar } from "./progress-bar";
import { SidebarToggle } from "./sidebar-toggle";
import { ThemeToggle } from "./theme-toggle";
import { Wordmark } from "./wordmark";

type ShellProps = {
  navigation: readonly NavigationGroup[];
  person: ShellPerson;
  /** After the person's name: switch person, access tokens, sign out. */
  personMenu: readonly MenuItem[];
  /** The installation is a demonstration: said on every page. */
  demonstration: boolean;
  /** A `FindButton` with its search; absent where there is nothing to find. */
  find?: ReactNode;
  /** Across the page, above everything: "The worker does not run". */
  notice?: ReactNode;
  children: ReactNode;
};

export function Shell({ navigation, person, personMenu, demonstration, find, notice, children }: ShellProps) {
  return (
    <div className="min-h-dvh md:not-print:grid md:grid-cols-[208px_minmax(0,1fr)] collapsed:md:grid-cols-[56px_minmax(0,1fr)]">
      <a
        href="#content"
        className="fixed top-2 left-2 z-[70] -translate-y-16 rounded-md bg-ink px-3 py-2 text-ground focus-visible:translate-y-0"
      >
        Skip to content
      </a>
      <ProgressBar />
      <Sidebar navigation={navigation} demonstration={demonstration} />
      <div className="min-w-0">
        {/* Not below the bar: the page lays its path over the bar from directly beneath it. */}
        {notice}
        <header className="sticky top-0 z-20 flex print:hidden h-(--bar-height) items-center gap-1 border-b bg-ground px-3 md:px-6">
          <button
            type="button"
            popoverTarget={NAVIGATION_ID}
            aria-label="Navigation"
            className={buttonClass({ variant: "ghost", size: "icon", className: "md:hidden" })}
          >
            <MenuIcon aria-hidden className="size-5" />
          </button>
          <div className="ml-auto flex items-center gap-1">
            {demonstration ? <DemonstrationLabel className="mr-1 md:hidden" /> : null}
            {find}
            <ThemeToggle />
            <PersonMenu person={person} items={personMenu} />
          </div>
        </header>
        {/* Focus must be able to land here from the skip link. */}
        <main id="content" tabIndex={-1} className="mx-auto max-w-[1440px] px-4 pb-10 outline-none md:px-6">
          {children}
        </main>
      </div>
      <Keyboard shortcuts={shortcutsOf(navigation)} />
    </div>
  );
}

function shortcutsOf(navigation: readonly NavigationGroup[]): Shortcut[] {
  return navigation.flatMap((group) =>
    group.items.flatMap((item) =>
      item.keys ? [{ keys: item.keys, label: item.label, href: item.href }] : [],
    ),
  );
}

type SidebarProps = { navigation: readonly NavigationGroup[]; demonstration: boolean };

/** A column on a screen, a sheet on a phone: the same element, which the browser itself opens and closes there. */
function Sidebar({ navigation, demonstration }: SidebarProps) {
  return (
    <aside
      id={NAVIGATION_ID}
      popover="auto"
      aria-label="Sidebar"
      className="m-0 h-dvh w-64 flex-col border-r bg-ground p-3 backdrop:bg-scrim max-md:shadow-float max-md:open:flex md:sticky md:inset-auto md:top-0 md:flex md:w-auto"
    >
      <div className="mb-3 flex h-7 items-center px-1.5">
        <AppLink href="/" aria-label="Clearway, home" className="rounded-md">
          <Wordmark />
        </AppLink>
        {demonstration ? <DemonstrationLabel className="ml-auto collapsed:md:hidden" /> : null}
      </div>
      {demonstration ? (
        <DemonstrationLabel className="mb-3 hidden self-center px-1 collapsed:md:inline-flex" />
      ) : null}
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Navigation groups={navigation} />
      </div>
      <div className="hidden pt-2 md:block">
        <SidebarToggle />
      </div>
    </aside>
  );
}

function DemonstrationLabel({ className = "" }: { className?: string }) {
  return (
    <span
      data-tip="Demonstration data: nobody here is real, everything that happens is."
      className={classNames(
        "inline-flex h-5 items-center whitespace-nowrap rounded-sm border border-line-strong px-1.5 font-medium text-[10px] text-ink-2 tracking-wide",
        className,
      )}
    >
      <span aria-hidden>DEMO</span>
      <span className="sr-only">Demonstration data</span>
    </span>
  );
}
