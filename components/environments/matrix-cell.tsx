import { Lock } from "lucide-react";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { type Cell, distanceInWords, type Place, type Standing, standingOf } from "./matrix-model";

type MatrixCellProps = { place: Place; componentKey: string; search: string; isMarked: boolean };

/**
 * Two lines: what runs and how far it is from its left neighbour; since when, and what is on its way. A plain link, styled
 * by `matrix` in globals.css and followed by its table: there are hundreds of these on a page.
 */
export function MatrixCell({ place, componentKey, search, isMarked }: MatrixCellProps) {
  const { cell } = place;
  const frame = {
    colSpan: place.columns > 1 ? place.columns : undefined,
    className: place.isFirstOfProduction ? "double-rule" : undefined,
  };
  if (!cell) {
    return (
      <td {...frame}>
        <span className="sr-only">Not installed for this client</span>
      </td>
    );
  }
  const standing = standingOf(cell);
  const distance = distanceOf(place);
  return (
    <td {...frame} data-marked={isMarked || undefined}>
      <a href={`/environments${search}`}>
        <span className="sr-only">
          {`${componentKey} in ${place.name}: ${standing.words}${distance ? `, ${distance.words}` : ""}`}
        </span>
        <span>
          <Mark standing={standing} />
          {cell.version ? (
            <UntrustedText className={cell.running ? "text-ink-2" : undefined}>{cell.version}</UntrustedText>
          ) : (
            <span className="text-ink-2">–</span>
          )}
          {distance ? <Distance {...distance} /> : null}
          {place.columns > 1 ? (
            <>
              <span aria-hidden className="h-px flex-1 bg-line-strong" />
              <span className="text-ink-2 text-xs">every client</span>
            </>
          ) : null}
        </span>
        <SecondLine cell={cell} standing={standing} />
      </a>
    </td>
  );
}

/** What is live and well is most of what there is: a dot without an image. Its words stand in the link's name. */
export function Mark({ standing }: { standing: Standing }) {
  if (standing.status === "ok") return <i data-tip={standing.words} />;
  return (
    <span data-tip={standing.words} className="inline-flex shrink-0">
      <StatusMark status={standing.status} label={null} />
    </span>
  );
}

type DistanceWords = { count: number; words: string };

export function distanceOf({ distance, leftName }: Place): DistanceWords | null {
  if (!distance || leftName === null) return null;
  return { count: distance, words: distanceInWords(distance, leftName) };
}

/** Behind its neighbour is how things travel; ahead of it is worth a look. Its words stand in the link's name. */
export function Distance({ count, words }: DistanceWords) {
  return (
    <b aria-hidden data-tip={words} className={count > 0 ? "ahead" : undefined}>
      {count < 0 ? `−${-count}` : `+${count}`}
    </b>
  );
}

function SecondLine({ cell, standing }: { cell: Cell; standing: Standing }) {
  return (
    <span>
      {cell.running ? (
        <span className="whitespace-nowrap text-run-ink">{`→ ${cell.running.version} ${standing.words}`}</span>
      ) : cell.liveSince ? (
        <TimeAgo terse at={cell.liveSince} />
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
