export type GitProgress = { readonly phase: "receiving" | "checking"; readonly percent: number };

/** How far a fetch is, by the last thing git said of it; null where it says nothing of the kind. */
export function progressOf(said: string): GitProgress | null {
  const all = [...said.matchAll(/(Receiving|Resolving|Indexing|Unpacking|Checking)[a-z ]*:\s+(\d{1,3})%/g)];
  const last = all.at(-1);
  if (!last) return null;
  const percent = Math.min(Number(last[2]), 100);
  return { phase: last[1] === "Receiving" ? "receiving" : "checking", percent };
}

const MAX_SENTENCE = 400;

/**
 * What git said went wrong, to be shown: its own lines only, without control characters, paths of this machine and
 * progress. Empty where it said nothing that helps.
 */
export function reasonInWords(stderr: string, hidden: readonly string[]): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\p{C}/gu, " ").trim())
    .filter(
      (line) =>
        /^(fatal|error|remote):/.test(line) &&
        !/^remote: *(\S+ objects|Counting|Compressing|Total)/.test(line),
    );
  let text = [...new Set(lines)].slice(0, 4).join(" ");
  for (const path of hidden) text = text.replaceAll(path, "the repository");
  return text.toWellFormed().replace(/\s+/g, " ").slice(0, MAX_SENTENCE).trim();
}
