import type { ReactNode } from "react";
import { Breadcrumb } from "./breadcrumb";
import { EmptyState } from "./empty-state";

/** A whole page that says why there is nothing to see, and where to go from here. */
export function NoticePage({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action: ReactNode;
}) {
  return (
    <>
      <Breadcrumb items={[{ label: title }]} />
      <div className="pt-[12vh]">
        <EmptyState title={title} action={action} level="page">
          {children}
        </EmptyState>
      </div>
    </>
  );
}
