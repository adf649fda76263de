import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Context } from "../context";
import { repositoryDirectory } from "./location";

/** Inside an imported repository: whose import it is. */
const MARK = "clearway-import";

type Place = Pick<Context, "dataDir">;

/** Where an import is put together: beside the repositories, so that a rename moves it there at once. */
function workshop(ctx: Place, repositoryId: string): string {
  return path.join(/*turbopackIgnore: true*/ ctx.dataDir, "repositories", ".importing", repositoryId);
}

/** An empty directory of one attempt. What earlier attempts left is removed: their git may still write, but in vain. */
export async function beginWorkshop(ctx: Place, repositoryId: string, holder: string): Promise<string> {
  await removeWorkshop(ctx, repositoryId);
  const directory = path.join(workshop(ctx, repositoryId), `${holder}.git`);
  await mkdir(directory, { recursive: true });
  return directory;
}

export async function removeWorkshop(ctx: Place, repositoryId: string): Promise<void> {
  await rm(workshop(ctx, repositoryId), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/** Makes what was put together the repository, in one step. */
export async function moveIntoPlace(
  ctx: Place,
  from: string,
  repository: { id: string; directory: string },
): Promise<void> {
  await writeFile(path.join(from, MARK), repository.id);
  await rename(from, repositoryDirectory(ctx, repository));
}

/** Has this very import moved into place already? */
export async function isInPlace(ctx: Place, repository: { id: string; directory: string }): Promise<boolean> {
  const mark = path.join(repositoryDirectory(ctx, repository), MARK);
  return (await readFile(mark, "utf8").catch(() => "")) === repository.id;
}

/** Everything of an import that was given up, wherever it had got to. Its directory's name is its own. */
export async function removeImport(ctx: Place, repository: { id: string; directory: string }): Promise<void> {
  await removeWorkshop(ctx, repository.id);
  if (await isInPlace(ctx, repository)) {
    await rm(repositoryDirectory(ctx, repository), { recursive: true, force: true, maxRetries: 5 });
  }
}
