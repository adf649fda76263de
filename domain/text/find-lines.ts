/** The indexes of the lines that contain the words, whatever their case; none for an empty search. */
export function findLines(lines: readonly string[], words: string): number[] {
  const wanted = words.trim().toLocaleLowerCase();
  if (wanted === "") return [];
  const found: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.toLocaleLowerCase().includes(wanted)) found.push(index);
  }
  return found;
}
