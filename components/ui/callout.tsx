import type { ReactNode } from "react";
import { classNames } from "./class-names";
import { type Status, StatusMark } from "./status-mark";

type Tone = "info" | "waiting" | "warning" | "error";

const TONE: Record<Tone, { box: string; status: Status | null }> = {
  info: { box: "border-line bg-panel", status: null },
  waiting: { box: "border-line bg-panel", status: "waiting" },
  warning: { box: "border-wait/40 bg-wait-tint", status: "unknown" },
  error: { box: "border-bad/40 bg-bad-tint", status: "blocked" },
};

type CalloutProps = {
  tone?: Tone;
  /** What is so: "Nothing happens because the worker does not run". */
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  /** Overrides the mark of the tone. */
  status?: Status;
  className?: string;
};

/** Why nothing happens, or what to know before acting. */
export function Callout({ tone = "info", title, children, action, status, className }: CalloutProps) {
  const mark = status ?? TONE[tone].status;
  return (
    <div
      role={tone === "error" ? "alert" : "note"}
      className={classNames(
        "flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border px-3 py-2.5",
        TONE[tone].box,
        className,
      )}
    >
      {mark ? <StatusMark status={mark} label={null} className="mt-[3px]" /> : null}
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium">{title}</p>
        {children ? <div className="mt-0.5 text-ink-2">{children}</div> : null}
      </div>
      {action ? <div className="self-center">{action}</div> : null}
    </div>
  );
}
