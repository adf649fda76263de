import { parseSha, type Sha } from "@/domain/git/sha";
import { commitsNotIn } from "../git/containment";

export type Contains = "all" | "some" | "none";

/** How much of `own` each of the commits has in its history, by commit. */
export async function containment(
  directory: string,
  own: readonly Sha[],
  sourceShas: readonly string[],
): Promise<Map<string, Contains>> {
  const found = await Promise.all(
    [...new Set(sourceShas)].map(async (source): Promise<[string, Contains]> => {
      const missing = await commitsNotIn(directory, [parseSha(source)], own);
      return [source, missing.size === 0 ? "all" : missing.size < own.length ? "some" : "none"];
    }),
  );
  return new Map(found);
}
