import { z } from "zod";
import { MAX_KEY } from "./suggest-key";

/** Part of addresses, of pipeline files and of promotions' titles; it never changes. */
export const CatalogKey = z
  .string()
  .max(MAX_KEY, `A key has at most ${MAX_KEY} characters.`)
  .regex(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    "A key has small letters, digits and single hyphens, and begins with a letter: payments-api.",
  );
