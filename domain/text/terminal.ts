/** Escape sequences of terminals: colours and cursor (CSI), titles and links (OSC), and single-character ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these very characters are what is taken out
const SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** A log as lines to read: without terminal sequences, and of a line that was rewritten only what stands at the end. */
export function plainLines(text: string): string[] {
  if (text === "") return [];
  const lines = text.replace(SEQUENCES, "").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map(lastRewrite);
}

function lastRewrite(line: string): string {
  const written = line.endsWith("\r") ? line.slice(0, -1) : line;
  return written.slice(written.lastIndexOf("\r") + 1);
}
