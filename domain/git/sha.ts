import { invalid } from "@/domain/errors";

declare const brand: unique symbol;

/** A full lower-case SHA-1 object name; the only form of a revision that reaches git's arguments. */
export type Sha = string & { readonly [brand]: "Sha" };

const PATTERN = /^[0-9a-f]{40}$/;

export function isSha(value: string): value is Sha {
  return PATTERN.test(value);
}

/** Throws INVALID for anything but 40 lower-case hexadecimal digits: no short names, no `HEAD~1`. */
export function parseSha(value: string): Sha {
  if (!isSha(value)) throw invalid("This is not a full commit SHA of 40 hexadecimal digits.");
  return value;
}

/** How git writes "no such object": a ref before its creation or after its deletion. */
export const ZERO_SHA: Sha = parseSha("0".repeat(40));

/** The tree without entries, which every repository knows: what a first commit is compared with. */
export const EMPTY_TREE_SHA: Sha = parseSha("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
