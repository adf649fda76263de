import { invalidArgument } from "@/server/git/error";

export function assertTrailerKey(key: string): void {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(key)) throw invalidArgument("This is not a trailer's name.");
}

/**
 * A commit message with trailers as its last paragraph, so that text in `message` that looks like a trailer
 * is not one. Control characters and lone surrogates are replaced: git refuses NUL, people are fooled by ESC.
 */
export function withTrailers(message: string, trailers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(trailers).map(([key, value]) => {
    assertTrailerKey(key);
    return `${key}: ${plain(value).replace(/\s+/g, " ").trim()}`;
  });
  const text = plain(message).trimEnd();
  return lines.length === 0 ? `${text}\n` : `${text}\n\n${lines.join("\n")}\n`;
}

function plain(text: string): string {
  return (
    text
      .replace(/\r\n?/g, "\n")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "\ufffd")
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
  );
}
