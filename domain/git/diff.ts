export type FileStatus = "added" | "modified" | "deleted" | "renamed" | "copied" | "type_changed";

export type DiffLine = {
  readonly kind: "context" | "added" | "removed";
  readonly text: string;
  readonly oldNumber?: number;
  readonly newNumber?: number;
};

/** `header` is git's `@@ -1,4 +1,6 @@ enclosing function`. */
export type DiffHunk = { readonly header: string; readonly lines: readonly DiffLine[] };

export type FileDiff = {
  readonly path: string;
  /** Set when the file was renamed or copied. */
  readonly oldPath: string | null;
  readonly status: FileStatus;
  readonly binary: boolean;
  /** True when the size limit cut this file's hunks, in part or altogether. */
  readonly truncated: boolean;
  readonly hunks: readonly DiffHunk[];
};

export type ChangedFile = {
  readonly path: string;
  readonly oldPath?: string;
  readonly status: FileStatus;
  /** Lines; null for a binary file. */
  readonly added: number | null;
  readonly removed: number | null;
};

type OpenFile = { -readonly [K in keyof FileDiff]: FileDiff[K] } & {
  hunks: { header: string; lines: DiffLine[] }[];
};
type Counters = { oldLeft: number; newLeft: number; oldNumber: number; newNumber: number };

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * Parses `git diff --patch` as git writes it with `core.quotePath=true` and the prefixes a/ and b/.
 * Lines are counted against the hunk's header, so file content never reads as structure.
 * With `cut`, the text ended at a size limit: its last file is marked truncated.
 */
export function parseDiff(patch: string, cut = false): FileDiff[] {
  const files: OpenFile[] = [];
  let file: OpenFile | undefined;
  let hunk: { header: string; lines: DiffLine[] } | undefined;
  let count: Counters = { oldLeft: 0, newLeft: 0, oldNumber: 0, newNumber: 0 };
  const lines = patch.split("\n");
  const whole = cut || lines.at(-1) === "" ? lines.slice(0, -1) : lines;

  for (const line of whole) {
    if (hunk && (count.oldLeft > 0 || count.newLeft > 0)) {
      const read = readLine(line, count);
      if (read) hunk.lines.push(read);
      continue;
    }
    if (line.startsWith("diff --git ")) {
      file = openFile(line.slice("diff --git ".length));
      files.push(file);
      hunk = undefined;
      continue;
    }
    if (!file) continue;
    const header = HUNK.exec(line);
    if (header) {
      const [, oldStart = "0", oldCount = "1", newStart = "0", newCount = "1"] = header;
      count = { oldLeft: +oldCount, newLeft: +newCount, oldNumber: +oldStart, newNumber: +newStart };
      hunk = { header: line, lines: [] };
      file.hunks.push(hunk);
    } else if (!hunk) readHeader(file, line);
  }
  if (cut && file) file.truncated = true;
  return files;
}

function readLine(line: string, count: Counters): DiffLine | null {
  const text = line.slice(1);
  switch (line[0]) {
    case "+":
      count.newLeft--;
      return { kind: "added", text, newNumber: count.newNumber++ };
    case "-":
      count.oldLeft--;
      return { kind: "removed", text, oldNumber: count.oldNumber++ };
    case "\\":
      return null;
    default:
      count.oldLeft--;
      count.newLeft--;
      return { kind: "context", text, oldNumber: count.oldNumber++, newNumber: count.newNumber++ };
  }
}

function openFile(names: string): OpenFile {
  return {
    path: samePath(names),
    oldPath: null,
    status: "modified",
    binary: false,
    truncated: false,
    hunks: [],
  };
}

function readHeader(file: OpenFile, line: string): void {
  if (line.startsWith("new file mode")) file.status = "added";
  else if (line.startsWith("deleted file mode")) file.status = "deleted";
  else if (line.startsWith("rename from ")) {
    file.status = "renamed";
    file.oldPath = unquote(line.slice("rename from ".length));
  } else if (line.startsWith("copy from ")) {
    file.status = "copied";
    file.oldPath = unquote(line.slice("copy from ".length));
  } else if (line.startsWith("rename to ")) file.path = unquote(line.slice("rename to ".length));
  else if (line.startsWith("copy to ")) file.path = unquote(line.slice("copy to ".length));
  else if (line.startsWith("Binary files ") || line.startsWith("GIT binary patch")) file.binary = true;
}

/** `a/x b/x`: without a rename both halves name one path, so the middle is known whatever x contains. */
function samePath(names: string): string {
  if (names.startsWith('"')) return unquote(names.slice(0, endOfQuoted(names))).slice(2);
  return names.slice(2, (names.length - 1) / 2);
}

function endOfQuoted(text: string): number {
  for (let at = 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

const ESCAPES: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, "\\": 92 };

/** Undoes git's C quoting; other names stand as they are. Octal escapes are bytes of UTF-8. */
export function unquote(name: string): string {
  if (!name.startsWith('"')) return name;
  const bytes: number[] = [];
  const inner = name.slice(1, name.endsWith('"') ? -1 : undefined);
  for (let at = 0; at < inner.length; at++) {
    if (inner[at] !== "\\") {
      bytes.push(...new TextEncoder().encode(inner[at]));
      continue;
    }
    const octal = /^[0-7]{3}/.exec(inner.slice(at + 1))?.[0];
    if (octal) {
      bytes.push(Number.parseInt(octal, 8));
      at += 3;
    } else {
      bytes.push(ESCAPES[inner[at + 1] ?? ""] ?? 63);
      at++;
    }
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
