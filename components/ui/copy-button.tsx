import { Copy, Link2 } from "lucide-react";
import { classNames } from "./class-names";

const quiet =
  "over-row inline-flex size-6 shrink-0 items-center justify-center rounded-md text-ink-2 transition-colors duration-100 hover:bg-fill-strong hover:text-ink";

/** Copies `value`. The shell's hint layer does the work, so this needs no client code of its own. */
export function CopyButton({
  value,
  label = "Copy",
  className,
}: {
  value: string;
  label?: string;
  className?: string;
}) {
  return (
    <button
      type="button"
      data-copy={value}
      data-tip={label}
      aria-label={label}
      className={classNames(quiet, className)}
    >
      <Copy aria-hidden className="size-3.5" />
    </button>
  );
}

/** Copies the address of a page of this application; without a path, of the page one is on. */
export function CopyLink({ path = "", className }: { path?: string; className?: string }) {
  return (
    <button
      type="button"
      data-copy={path}
      data-tip="Copy link"
      aria-label="Copy link to this page"
      className={classNames(quiet, className)}
    >
      <Link2 aria-hidden className="size-3.5" />
    </button>
  );
}
