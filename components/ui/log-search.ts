export type LogPart = { text: string; found: boolean; from: number };

/** Splits one line into what matches and what does not. */
export function splitLine(line: string, words: string): LogPart[] {
  const wanted = words.trim().toLocaleLowerCase();
  const lower = line.toLocaleLowerCase();
  // Lower-casing may change a text's length; then positions no longer agree and the line is shown whole.
  if (wanted === "" || lower.length !== line.length) return [{ text: line, found: false, from: 0 }];
  const parts: LogPart[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    if (at > from) parts.push({ text: line.slice(from, at), found: false, from });
    parts.push({ text: line.slice(at, at + wanted.length), found: true, from: at });
    from = at + wanted.length;
  }
  if (from < line.length || parts.length === 0) parts.push({ text: line.slice(from), found: false, from });
  return parts;
}
