"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import type { MouseEvent } from "react";
import { useTRPC } from "@/components/trpc/client";
import { AppLink } from "@/components/ui/app-link";
import { classNames } from "@/components/ui/class-names";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { Version } from "@/components/ui/version";
import { type Cell, distanceInWords, type Place, standingOf } from "./matrix-model";
import { goWithin } from "./matrix-search";

type MatrixCellProps = {
  place: Place;
  componentKey: string;
  hrefOf: (slotId: string) => string;
  isMarked: boolean;
  /** One cell is chosen already: the next click says with which to compare it. */
  isComparing: boolean;
  onCompare: (slotId: string) => void;
};

/** Two lines: what runs and how far it is from its left neighbour; since when, and what is on its way. */
export function MatrixCell({
  place,
  componentKey,
  hrefOf,
  isMarked,
  isComparing,
  onCompare,
}: MatrixCellProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { cell } = place;
  const className = classNames(
    "relative h-14 border-b px-3 py-2 align-top transition-colors duration-75",
    place.isFirstOfProduction && "border-l-4 border-l-line-strong [border-left-style:double]",
    cell && "hover:bg-fill",
    isMarked && "bg-accent-tint hover:bg-accent-tint",
  );
  if (!cell) {
    return (
      <td className={className} colSpan={place.columns}>
        <span className="sr-only">Not installed for this client</span>
      </td>
    );
  }
  const onClick = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    if (event.shiftKey || isComparing) onCompare(cell.slotId);
    else goWithin(hrefOf(cell.slotId));
  };
  // A pointer that comes near asks for what the drawer will show.
  const fetchAhead = () =>
    void queryClient.prefetchQuery(trpc.environments.slot.queryOptions({ slotId: cell.slotId }));
  return (
    <td className={className} colSpan={place.columns}>
      <AppLink
        href={hrefOf(cell.slotId)}
        scroll={false}
        onClick={onClick}
        onPointerEnter={fetchAhead}
        onFocus={fetchAhead}
        className="row-link block select-none"
      >
        <span className="sr-only">
          {componentKey} in {place.name}:
        </span>
        <FirstLine cell={cell} place={place} />
        <SecondLine cell={cell} />
      </AppLink>
    </td>
  );
}

function FirstLine({ cell, place }: { cell: Cell; place: Place }) {
  const standing = standingOf(cell);
  return (
    <span className="flex items-center gap-2">
      <StatusMark status={standing.status} label={standing.words} />
      {cell.version ? (
        <Version className={cell.running ? "text-ink-2" : ""}>{cell.version}</Version>
      ) : (
        <span className="text-ink-2">–</span>
      )}
      <Distance place={place} />
      {place.columns > 1 ? (
        <>
          <span aria-hidden className="h-px flex-1 bg-line-strong" />
          <span className="text-ink-2 text-xs">every client</span>
        </>
      ) : null}
    </span>
  );
}

/** Behind its neighbour is how things travel; ahead of it is worth a look. */
export function Distance({ place }: { place: Pick<Place, "distance" | "leftName"> }) {
  const { distance, leftName } = place;
  if (!distance || leftName === null) return null;
  const words = distanceInWords(distance, leftName);
  return (
    <span
      data-tip={words}
      className={classNames(
        "rounded-sm px-1 text-xs",
        distance > 0 ? "bg-wait-tint text-wait-ink" : "bg-fill text-ink-2",
      )}
    >
      <span aria-hidden>{distance < 0 ? `−${-distance}` : `+${distance}`}</span>
      <span className="sr-only">, {words}</span>
    </span>
  );
}

function SecondLine({ cell }: { cell: Cell }) {
  return (
    <span className="mt-0.5 flex items-center gap-x-2 text-ink-2 text-xs">
      {cell.running ? (
        <span className="whitespace-nowrap text-run-ink">
          → {cell.running.version} {standingOf(cell).words}
        </span>
      ) : cell.liveSince ? (
        <TimeAgo terse at={cell.liveSince} className="whitespace-nowrap" />
      ) : (
        "never deployed"
      )}
      {cell.hold ? <Held hold={cell.hold} /> : null}
      {cell.waiting && !cell.running ? (
        <Note status="waiting" version={cell.waiting.version} words="waits" />
      ) : null}
      {cell.lastFailure && !cell.running ? (
        <Note
          status={cell.lastFailure.state === "rolled_back" ? "rolled-back" : "failed"}
          version={cell.lastFailure.version}
          words={cell.lastFailure.state === "rolled_back" ? "was rolled back" : "failed"}
        />
      ) : null}
    </span>
  );
}

/** Why nothing but a rollback starts there. */
export function Held({ hold }: { hold: NonNullable<Cell["hold"]> }) {
  return (
    <span
      data-tip={`Held by ${hold.heldBy}: ${hold.reason}`}
      className="inline-flex items-center gap-1 whitespace-nowrap text-wait-ink"
    >
      <Lock aria-hidden className="size-3" />
      held
      <span className="sr-only">
        {" "}
        by {hold.heldBy}: {hold.reason}
      </span>
    </span>
  );
}

type NoteProps = { status: "waiting" | "failed" | "rolled-back"; version: string; words: string };

export function Note({ status, version, words }: NoteProps) {
  return (
    <span data-tip={`${version} ${words}`} className="inline-flex items-center gap-1 whitespace-nowrap">
      <StatusMark status={status} label={null} className="size-3" />
      <Version className="leading-4">{version}</Version>
      <span className="sr-only">{words}</span>
    </span>
  );
}
