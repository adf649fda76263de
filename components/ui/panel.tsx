import { type ReactNode, useId } from "react";
import { classNames } from "./class-names";

type PanelProps = {
  title?: ReactNode;
  /** Small words after the title: a count, a unit. */
  note?: ReactNode;
  actions?: ReactNode;
  /** Without padding, for a table or a list that reaches the edges. */
  flush?: boolean;
  id?: string;
  className?: string;
  children: ReactNode;
};

/** One matter with a border round it. Panels do not stand in panels. */
export function Panel({ title, note, actions, flush = false, id, className, children }: PanelProps) {
  const titleId = useId();
  return (
    <section
      id={id}
      aria-labelledby={title ? titleId : undefined}
      className={classNames("min-w-0 rounded-lg border bg-panel", className)}
    >
      {title ? (
        <header className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-1.5">
          <h2 id={titleId} className="text-sm">
            {title}
          </h2>
          {note ? <span className="text-ink-2 text-xs">{note}</span> : null}
          {actions ? <div className="ml-auto flex items-center gap-1.5">{actions}</div> : null}
        </header>
      ) : null}
      <div
        // Clipped, not scrolled: a table's head still sticks to the page.
        className={flush ? classNames("overflow-clip", title ? "rounded-b-lg" : "rounded-[7px]") : "p-4"}
      >
        {children}
      </div>
    </section>
  );
}
