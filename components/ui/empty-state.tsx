import type { ReactNode } from "react";

type EmptyStateProps = {
  /** What is so: "No deployments in this window". */
  title: string;
  /** Why, and what would change it. */
  children?: ReactNode;
  /** The next act. */
  action?: ReactNode;
  /** The whole page is empty: the title is then its heading. */
  level?: "part" | "page";
};

export function EmptyState({ title, children, action, level = "part" }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      {level === "page" ? <h1 className="text-xl">{title}</h1> : <p className="font-medium">{title}</p>}
      {children ? <div className="mt-1 max-w-md text-ink-2">{children}</div> : null}
      {action ? <div className="mt-4">{action}</div> : null}
    </div>
  );
}
