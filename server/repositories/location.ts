import path from "node:path";
import type { Context } from "../context";

/** The absolute path of a bare repository. */
export function repositoryDirectory(
  ctx: Pick<Context, "dataDir">,
  repository: { directory: string },
): string {
  return path.join(/*turbopackIgnore: true*/ ctx.dataDir, "repositories", repository.directory);
}
