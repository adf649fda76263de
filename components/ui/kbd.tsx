import { classNames } from "./class-names";

type KbdProps = { keys: string; className?: string | undefined; onAccent?: boolean };

/** A key or a sequence of keys, separated by a space: `g p`. */
export function Kbd({ keys, className, onAccent = false }: KbdProps) {
  return (
    <span aria-hidden className={classNames("inline-flex items-center gap-0.5", className)}>
      {keys.split(" ").map((key, position) => (
        <kbd
          // biome-ignore lint/suspicious/noArrayIndexKey: a sequence may repeat a key, and never changes order
          key={position}
          className={classNames(
            "inline-flex h-4 min-w-4 items-center justify-center rounded-sm border px-1 font-sans text-[11px] leading-none",
            onAccent ? "border-on-accent/35 text-on-accent" : "border-line bg-fill text-ink-2",
          )}
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
