import type { DiffLine, FileDiff, FileStatus } from "@/domain/git/diff";
import { classNames } from "./class-names";
import { UntrustedText } from "./untrusted-text";

/** Longer files start folded: a lock file must not hide the change beside it. */
const FOLDED_FROM_LINES = 400;

export type DiffCount = { added: number; removed: number };

export function countLines(file: FileDiff): DiffCount {
  const count = { added: 0, removed: 0 };
  for (const hunk of file.hunks) {
    for (const line of hunk.lines) {
      if (line.kind !== "context") count[line.kind] += 1;
    }
  }
  return count;
}

/** `+84 −12`: what came and what went, said in words to screen readers. */
export function ChangeCount({ added, removed, className }: DiffCount & { className?: string }) {
  if (added === 0 && removed === 0) return null;
  return (
    <span className={classNames("whitespace-nowrap font-mono text-xs", className)}>
      <span className="sr-only">{`${added} ${added === 1 ? "line" : "lines"} added, ${removed} removed`}</span>
      <span aria-hidden className="text-ok-ink">{`+${added}`}</span>{" "}
      <span aria-hidden className="text-bad-ink">{`−${removed}`}</span>
    </span>
  );
}

type DiffViewProps = {
  files: readonly FileDiff[];
  /** Makes the addresses of two diffs on one page differ. */
  idPrefix?: string;
};

/** What changed, file by file, unified. Every character of it is text. */
export function DiffView({ files, idPrefix = "file" }: DiffViewProps) {
  const total = files
    .map(countLines)
    .reduce((sum, count) => ({ added: sum.added + count.added, removed: sum.removed + count.removed }), {
      added: 0,
      removed: 0,
    });
  return (
    <div className="flex flex-col gap-4">
      <details className="rounded-lg border bg-panel" open={files.length > 1 && files.length <= 12}>
        <summary className="flex h-9 items-center gap-3 px-4">
          <span className="font-medium">{files.length === 1 ? "1 file" : `${files.length} files`}</span>
          <ChangeCount {...total} />
        </summary>
        <ul className="border-t py-1">
          {files.map((file, position) => (
            <li key={file.path}>
              <a
                href={`#${idPrefix}-${position + 1}`}
                className="flex min-h-7 items-center gap-3 px-4 py-0.5 hover:bg-fill focus-visible:-outline-offset-2"
              >
                <FileName file={file} />
                <ChangeCount {...countLines(file)} className="ml-auto" />
              </a>
            </li>
          ))}
        </ul>
      </details>
      {files.map((file, position) => (
        <File key={file.path} file={file} id={`${idPrefix}-${position + 1}`} />
      ))}
    </div>
  );
}

const STATUS_WORD: Record<FileStatus, string | null> = {
  added: "new",
  modified: null,
  deleted: "deleted",
  renamed: "renamed",
  copied: "copied",
  type_changed: "kind changed",
};

function FileName({ file }: { file: FileDiff }) {
  const word = STATUS_WORD[file.status];
  return (
    <span className="min-w-0 font-mono text-xs leading-5">
      {file.oldPath !== null && file.oldPath !== file.path ? (
        <span className="text-ink-2">
          <UntrustedText>{file.oldPath}</UntrustedText> →{" "}
        </span>
      ) : null}
      <UntrustedText>{file.path}</UntrustedText>
      {word ? <span className="ml-2 font-sans text-ink-2">{word}</span> : null}
    </span>
  );
}

function File({ file, id }: { file: FileDiff; id: string }) {
  const count = countLines(file);
  const lines = file.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  const note = noteOf(file);
  return (
    <details
      id={id}
      open={lines <= FOLDED_FROM_LINES && file.status !== "deleted"}
      className="group/file rounded-lg border bg-panel [contain-intrinsic-size:auto_300px] [content-visibility:auto]"
    >
      <summary className="sticky top-(--sticky-top) z-10 flex min-h-9 list-none items-center gap-2 rounded-lg bg-panel px-3 py-1 group-open/file:rounded-b-none group-open/file:border-b [&::-webkit-details-marker]:hidden">
        <svg
          viewBox="0 0 16 16"
          aria-hidden="true"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.75"
          className="size-3.5 shrink-0 text-ink-2 transition-transform duration-100 group-open/file:rotate-90"
        >
          <path d="m6 3.5 4.5 4.5L6 12.5" strokeLinecap="round" strokeLinejoin="round" />
        </svg>
        <FileName file={file} />
        <ChangeCount {...count} className="ml-auto" />
      </summary>
      {note ? <p className="px-4 py-3 text-ink-2">{note}</p> : null}
      {lines === 0 ? null : (
        <section
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
          tabIndex={0}
          aria-label={`Changes of ${file.path}`}
          className="overflow-x-auto rounded-b-lg focus-visible:-outline-offset-2"
        >
          <table className="w-full border-collapse font-mono text-xs leading-5">
            {file.hunks.map((hunk) => (
              <Hunk key={hunk.header} header={hunk.header} lines={hunk.lines} />
            ))}
          </table>
        </section>
      )}
    </details>
  );
}

function noteOf(file: FileDiff): string | null {
  if (file.binary) return "A binary file: its content is not shown.";
  if (file.truncated) return "Only the beginning is shown: the change is longer than a page can hold.";
  if (file.hunks.length > 0) return null;
  return file.status === "renamed" ? "Only its name changed." : "No line changed.";
}

const SIGN = { context: " ", added: "+", removed: "−" } as const;
const SAID = { context: "", added: "added: ", removed: "removed: " } as const;
const LINE_TINT = { context: "", added: "bg-ok-tint", removed: "bg-bad-tint" } as const;
const NUMBER_TINT = {
  context: "text-ink-2",
  added: "bg-ok-tint text-ok-ink",
  removed: "bg-bad-tint text-bad-ink",
} as const;

function Hunk({ header, lines }: { header: string; lines: readonly DiffLine[] }) {
  return (
    <tbody className="border-t first-of-type:border-t-0">
      <tr className="bg-fill text-ink-2">
        <td colSpan={3} className="whitespace-pre px-3 py-0.5">
          <UntrustedText>{header}</UntrustedText>
        </td>
      </tr>
      {lines.map((line) => (
        <tr key={`${line.oldNumber ?? ""}:${line.newNumber ?? ""}`} className={LINE_TINT[line.kind]}>
          <LineNumber value={line.oldNumber} kind={line.kind} />
          <LineNumber value={line.newNumber} kind={line.kind} />
          <td className="w-full whitespace-pre pr-4 pl-2 [tab-size:4]">
            <span aria-hidden className="mr-2 inline-block w-2 select-none text-ink-2">
              {SIGN[line.kind]}
            </span>
            {SAID[line.kind] ? <span className="sr-only">{SAID[line.kind]}</span> : null}
            <UntrustedText>{line.text}</UntrustedText>
          </td>
        </tr>
      ))}
    </tbody>
  );
}

function LineNumber({ value, kind }: { value: number | undefined; kind: DiffLine["kind"] }) {
  return (
    <td className={classNames("min-w-10 select-none px-2 text-right align-top", NUMBER_TINT[kind])}>
      {value ?? ""}
    </td>
  );
}
