import { classNames } from "@/components/ui/class-names";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { Difference } from "@/domain/policies/difference";

const WORDS: Record<Difference["effect"], { text: string; ink: string }> = {
  stricter: { text: "stricter", ink: "text-wait-ink" },
  looser: { text: "looser", ink: "text-ok-ink" },
  other: { text: "other", ink: "text-ink-2" },
};

/** In what two versions differ, each with the direction it goes. */
export function DifferenceList({
  differences,
  whenNone,
}: {
  differences: readonly Difference[];
  whenNone: string;
}) {
  if (differences.length === 0) return <p className="text-ink-2">{whenNone}.</p>;
  return (
    <ul className="flex flex-col gap-0.5">
      {differences.map(({ effect, text }) => (
        <li key={text} className="grid grid-cols-[56px_minmax(0,1fr)] gap-x-2">
          <span className={classNames("text-xs leading-5", WORDS[effect].ink)}>{WORDS[effect].text}</span>
          <span className="first-letter:uppercase">
            <UntrustedText>{text}</UntrustedText>
          </span>
        </li>
      ))}
    </ul>
  );
}
