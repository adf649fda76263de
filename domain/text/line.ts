import { z } from "zod";

/** One line that a person typed: trimmed, not empty, without control characters or broken Unicode. */
export function line(max: number) {
  return z
    .string()
    .trim()
    .min(1, "This cannot be empty.")
    .max(max, `At most ${max} characters.`)
    .refine(isStorable, "This has characters that cannot be kept.")
    .refine((text) => !/\p{Cc}/u.test(text), "This must be one line of text.");
}

/** Several lines, possibly none. */
export function paragraphs(max: number) {
  return z
    .string()
    .trim()
    .max(max, `At most ${max} characters.`)
    .refine(isStorable, "This has characters that cannot be kept.");
}

/** PostgreSQL keeps no U+0000, and a lone surrogate has no UTF-8. */
function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}
