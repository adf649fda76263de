import { z } from "zod";

export const Search = z.strictObject({ query: z.string().trim().min(1).max(100) });
export type Search = z.infer<typeof Search>;

export type SearchResult = { group: string; title: string; subtitle: string; href: string };
