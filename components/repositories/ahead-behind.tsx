import { NotKnown } from "@/components/ui/duration";

type AheadBehindProps = {
  ahead: number | null;
  behind: number | null;
  baseName: string | null;
  /** The largest figure in the column: the bars share one scale. */
  most: number;
};

/** Behind to the left, ahead to the right of one line, as bars with their figures. */
export function AheadBehind({ ahead, behind, baseName, most }: AheadBehindProps) {
  if (baseName === null || ahead === null || behind === null) return <NotKnown label="has no base" />;
  const share = (count: number) => `${count === 0 ? 0 : Math.max(8, (count / most) * 100)}%`;
  const words = `${behind} behind and ${ahead} ahead of ${baseName}`;
  return (
    <span data-tip={words} className="grid w-32 grid-cols-2 text-ink-2 text-xs leading-4">
      <span className="sr-only">{words}</span>
      <span aria-hidden className="border-line-strong border-r pr-1.5 text-right">
        {behind}
        <span className="flex h-1 justify-end">
          <span className="rounded-l-sm bg-line-strong" style={{ width: share(behind) }} />
        </span>
      </span>
      <span aria-hidden className="pl-1.5">
        {ahead}
        <span className="flex h-1">
          <span className="rounded-r-sm bg-run" style={{ width: share(ahead) }} />
        </span>
      </span>
    </span>
  );
}
