"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { tell } from "@/components/trpc/refusal";
import { ButtonLink } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Panel } from "@/components/ui/panel";
import { Sha } from "@/components/ui/sha";
import { Skeleton } from "@/components/ui/skeleton";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import type { MatrixComponent } from "./matrix-model";
import { type MatrixAddress, matrixHref } from "./matrix-search";

type Comparison = Outputs["environments"]["compare"];

type ComparePanelProps = { address: MatrixAddress; components: readonly MatrixComponent[] };

/** What lies between two slots. With one of them chosen, it says how to choose the other. */
export function ComparePanel({ address, components }: ComparePanelProps) {
  const [left, right] = address.compare ?? [];
  const stop = (
    <ButtonLink href={matrixHref({ ...address, compare: [] })} size="small">
      Stop comparing
    </ButtonLink>
  );
  if (!left) return null;
  if (!right) {
    const component = components.find(({ cells }) => cells.some(({ slotId }) => slotId === left));
    return (
      <Callout
        title={component ? `Compare ${component.key} with another cell` : "Compare with another cell"}
        action={stop}
        className="mb-4"
      >
        Choose the other one, by a click or with Enter.
      </Callout>
    );
  }
  return <Compared left={left} right={right} stop={stop} />;
}

function Compared({ left, right, stop }: { left: string; right: string; stop: React.ReactNode }) {
  const trpc = useTRPC();
  const { data, error } = useQuery(trpc.environments.compare.queryOptions({ left, right }));
  return (
    <Panel title="Compared" actions={stop} className="mb-4">
      {error ? (
        <p role="alert">{tell(error).sentence}</p>
      ) : data ? (
        <Sides comparison={data} />
      ) : (
        <Skeleton className="w-1/2" />
      )}
    </Panel>
  );
}

function Sides({ comparison }: { comparison: Comparison }) {
  const { left, right, onlyLeft, onlyRight } = comparison;
  return (
    <>
      <p className="mb-3 font-medium">{verdictOf(comparison)}</p>
      <div className="grid gap-x-8 gap-y-5 md:grid-cols-2">
        <SideFacts side={left} commits={onlyLeft} mayReadCommits={comparison.mayReadCommits} />
        <SideFacts side={right} commits={onlyRight} mayReadCommits={comparison.mayReadCommits} />
      </div>
    </>
  );
}

function verdictOf({ left, right, distance }: Comparison): string {
  if (!left.release || !right.release) {
    return `Nothing runs in ${left.release ? right.place : left.place}, so there is nothing to compare.`;
  }
  if (distance === null) return "They come from different repositories: their versions cannot be compared.";
  if (distance === 0) return `Both run ${left.release.version}.`;
  const count = Math.abs(distance) === 1 ? "1 release" : `${Math.abs(distance)} releases`;
  const [newer, older] = distance > 0 ? [right, left] : [left, right];
  return `${newer.place} is ${count} ahead of ${older.place}.`;
}

type SideFactsProps = {
  side: Comparison["left"];
  commits: Comparison["onlyLeft"];
  mayReadCommits: boolean;
};

function SideFacts({ side, commits, mayReadCommits }: SideFactsProps) {
  return (
    <div className="min-w-0">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-medium">
          {side.componentKey} in {side.place}
        </span>
        {side.release ? <Version>{side.release.version}</Version> : null}
        {side.since ? <TimeAgo at={side.since} className="text-ink-2 text-xs" /> : null}
      </p>
      {mayReadCommits && side.release ? (
        <>
          <p className="mt-1 text-ink-2 text-xs">
            {commits.length === 0
              ? "No commit that the other does not have"
              : `${commits.length === 1 ? "1 commit" : `${commits.length} commits`} that the other does not have`}
          </p>
          <ul className="mt-1 max-h-64 overflow-y-auto">
            {commits.map((commit) => (
              <li key={commit.sha} className="flex items-baseline gap-3 py-0.5">
                <Sha value={commit.sha} />
                <UntrustedText className="min-w-0 truncate">{commit.subject}</UntrustedText>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  );
}
