import { z } from "zod";

export const MAX_KEY = 40;

/** Part of addresses, of pipeline files and of promotions' titles; it never changes. */
export const CatalogKey = z
  .string()
  .max(MAX_KEY, `A key has at most ${MAX_KEY} characters.`)
  .regex(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    "A key has small letters, digits and single hyphens, and begins with a letter: payments-api.",
  );

/** What the key of something with this name would be; empty where the name gives none. */
export function suggestKey(name: string): string {
  return name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, MAX_KEY)
    .replace(/-+$/, "");
}
