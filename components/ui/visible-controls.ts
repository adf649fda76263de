export type TextPart = { kind: "text"; text: string } | { kind: "control"; code: string };

// Bidirectional controls, zero-width characters, soft hyphen, C0/C1 controls (tab and newline excepted), tags.
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Most of what is shown: a page of hundreds of names need not be searched for what cannot be in it. */
const PLAIN = /^[\x20-\x7e]+$/;

/** Splits a text where a character would be invisible or reorder what follows; such a character becomes its code. */
export function visibleControls(text: string): TextPart[] {
  if (PLAIN.test(text)) return [{ kind: "text", text }];
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(CONTROL)) {
    if (match.index > from) parts.push({ kind: "text", text: text.slice(from, match.index) });
    const code = (match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    parts.push({ kind: "control", code: `U+${code}` });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ kind: "text", text: text.slice(from) });
  return parts;
}
