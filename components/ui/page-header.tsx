import type { ReactNode } from "react";
import { Breadcrumb, type Crumb } from "./breadcrumb";
import { CopyLink } from "./copy-button";

type PageHeaderProps = {
  breadcrumb: readonly Crumb[];
  title: ReactNode;
  /** Beside the title: a status pill. */
  mark?: ReactNode;
  /** One line that says what is true now. */
  summary?: ReactNode;
  actions?: ReactNode;
  /** Under the line: filters, tabs. */
  children?: ReactNode;
};

export function PageHeader({ breadcrumb, title, mark, summary, actions, children }: PageHeaderProps) {
  return (
    <>
      <Breadcrumb items={breadcrumb} />
      <header className="group/header mb-4 pt-5">
        <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
          <div className="min-w-0 flex-1 basis-72">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h1 className="min-w-0 text-xl">{title}</h1>
              {mark}
              <CopyLink className="-ml-1.5 opacity-0 transition-opacity duration-100 focus-visible:opacity-100 group-hover/header:opacity-100 max-md:hidden" />
            </div>
            {summary ? <div className="mt-0.5 text-ink-2">{summary}</div> : null}
          </div>
          {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
        </div>
        {children ? <div className="mt-3">{children}</div> : null}
      </header>
    </>
  );
}
