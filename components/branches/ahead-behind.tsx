import { NotKnown } from "@/components/ui/duration";

type AheadBehindProps = { ahead: number | null; behind: number | null; baseName: string | null };

/** Every row has the same scale, whatever is loaded: a bar is full at so many commits. */
const FULL = 64;

/** Behind to the left, ahead to the right of one line, as bars with their figures. */
export function AheadBehind({ ahead, behind, baseName }: AheadBehindProps) {
  if (baseName === null || ahead === null || behind === null) return <NotKnown label="has no base" />;
  const words = `${behind} behind and ${ahead} ahead of ${baseName}`;
  return (
    <span data-tip={words} className="grid w-28 grid-cols-2 text-ink-2 text-xs leading-4">
      <span className="sr-only">{words}</span>
      <span aria-hidden className="border-line-strong border-r pr-1.5 text-right">
        {behind}
        <span className="flex h-1 justify-end">
          <span className="rounded-l-sm bg-line-strong" style={{ width: shareOf(behind) }} />
        </span>
      </span>
      <span aria-hidden className="pl-1.5">
        {ahead}
        <span className="flex h-1">
          <span className="rounded-r-sm bg-run" style={{ width: shareOf(ahead) }} />
        </span>
      </span>
    </span>
  );
}

/** By the logarithm: the difference between 1 and 3 commits matters as much as that between 20 and 60. */
function shareOf(count: number): string {
  return `${Math.min(100, (Math.log2(1 + count) / Math.log2(1 + FULL)) * 100)}%`;
}
