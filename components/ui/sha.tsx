import { classNames } from "./class-names";

type ShaProps = { value: string; length?: number; className?: string | undefined };

/** A commit, tree or digest by its first characters; the whole of it on hover and on paper, and copied by a click. */
export function Sha({ value, length = 7, className }: ShaProps) {
  const bare = value.replace(/^sha256:/, "");
  return (
    <button
      type="button"
      data-copy={value}
      data-sha
      data-tip={`${value} · click to copy`}
      className={classNames(
        "over-row -mx-1 rounded-sm px-1 font-mono text-xs leading-5 text-ink-2 transition-colors duration-100 hover:bg-fill-strong hover:text-ink",
        className,
      )}
    >
      <span className="sr-only">Copy </span>
      <span className="print:hidden">{bare.slice(0, length)}</span>
    </button>
  );
}
