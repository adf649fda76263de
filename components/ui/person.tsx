import { classNames } from "./class-names";
import { UntrustedText } from "./untrusted-text";

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => Array.from(word ?? "?")[0]?.toLocaleUpperCase() ?? "").join("");
}

export function Avatar({ name, className }: { name: string; className?: string }) {
  return (
    <span
      aria-hidden
      className={classNames(
        "inline-flex size-5 shrink-0 select-none items-center justify-center rounded-full bg-fill-strong font-medium text-[9px] text-ink leading-none tracking-wide",
        className,
      )}
    >
      {initialsOf(name)}
    </span>
  );
}

type PersonProps = { name: string; note?: string | undefined; className?: string };

/** Somebody, by initials and name. People are never ranked, so they have no colour. */
export function Person({ name, note, className }: PersonProps) {
  return (
    <span className={classNames("inline-flex min-w-0 items-center gap-1.5", className)}>
      <Avatar name={name} />
      <UntrustedText className="truncate">{name}</UntrustedText>
      {note ? <span className="text-ink-2">{note}</span> : null}
    </span>
  );
}
