import { lookup } from "node:dns/promises";
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { repositoryImports } from "@/db/schema";
import { invalid } from "@/domain/errors";
import { isPublicAddress, mappedV4, parseSourceUrl } from "@/domain/repositories/source-url";
import type { FetchSource } from "../git/fetch";

export type ImportSettings = { readonly allowsPrivate: boolean; readonly directory: string | undefined };
export type Resolve = (host: string) => Promise<readonly string[]>;
type Wish = Pick<typeof repositoryImports.$inferSelect, "sourceKind" | "source">;

const MAX_OFFERED = 200;
const LOOKUP_MS = 3_000;
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(\/[A-Za-z0-9_][A-Za-z0-9._-]{0,99})?$/;

/** By the system's own resolver: every address, of both families. */
const bySystem: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * What git may be given for this wish. The connection is pinned to the addresses that were looked at here, so that a
 * name which answers differently the next time leads nowhere else. Throws INVALID with a sentence.
 */
export async function resolveSource(
  wish: Wish,
  settings: ImportSettings,
  resolve: Resolve = bySystem,
): Promise<FetchSource> {
  if (wish.sourceKind === "directory") {
    return { url: await importDirectory(wish.source, settings), protocol: "file" };
  }
  const answer = parseSourceUrl(wish.source, settings);
  if (!answer.ok) throw invalid(answer.reason);
  const { url, protocol, host, port } = answer.source;
  const addresses = await withinLimit(resolve(host).catch((): readonly string[] => []));
  if (addresses === null) throw invalid(`Looking the name ${host} up took too long. Try again.`);
  if (addresses.length === 0)
    throw invalid(`The name ${host} leads to no address. Look whether it is spelled right.`);
  const isAllowed = settings.allowsPrivate ? isUsable : isPublicAddress;
  if (!addresses.every(isAllowed)) {
    throw invalid(
      `${host} is an address of a private network. Whoever runs Clearway can allow that with CLEARWAY_IMPORT_ALLOW_PRIVATE=1.`,
    );
  }
  if (protocol === "http" && !addresses.every((address) => /^(127\.|::1$)/.test(address))) {
    throw invalid("Over http only this very machine is read: take the https address.");
  }
  const pins = addresses.map((address) => (address.includes(":") ? `[${address}]` : address)).join(",");
  // A host that is an address itself is looked up nowhere.
  const isName = !addresses.includes(host);
  return { url, protocol, resolve: isName ? `${host}:${port}:${pins}` : undefined };
}

/** null where a resolver keeps the import waiting. */
async function withinLimit<T>(lookingUp: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, LOOKUP_MS, null);
  });
  return Promise.race([lookingUp, late]).finally(() => clearTimeout(timer));
}

/** On one's own network everything but what no host of it has: link-local (where clouds keep credentials), multicast. */
function isUsable(address: string): boolean {
  return !/^(0\.|169\.254\.|22[4-9]\.|2[3-5]\d\.|fe[89ab]|ff|fd00:ec2:|100\.100\.100\.200$|168\.63\.129\.16$|::$)/i.test(
    mappedV4(address) ?? address,
  );
}

/** The absolute path of a repository that lies below the import directory, links followed. Throws INVALID. */
async function importDirectory(name: string, settings: ImportSettings): Promise<string> {
  if (!settings.directory) {
    throw invalid(
      "Nothing is imported from directories here: whoever runs Clearway can name one with CLEARWAY_IMPORT_DIR.",
    );
  }
  const none = invalid(`There is no bare repository ${name} in the import directory.`);
  if (!NAME.test(name) || name.includes("..")) throw none;
  const root = await realpath(settings.directory).catch(() => null);
  if (!root) throw none;
  const found = await realpath(path.join(root, name)).catch(() => null);
  if (!found?.startsWith(`${root}${path.sep}`) || !(await isBareRepository(found))) throw none;
  return found;
}

async function isBareRepository(directory: string): Promise<boolean> {
  const parts = await Promise.all(
    ["HEAD", "objects", "refs"].map((part) => stat(path.join(directory, part)).catch(() => null)),
  );
  return parts.every(Boolean);
}

/** The bare repositories of the import directory, two levels deep, by name; null where none is configured. */
export async function importableDirectories(settings: ImportSettings): Promise<string[] | null> {
  if (!settings.directory) return null;
  const root = settings.directory;
  const found: string[] = [];
  const namesOf = async (below: string) =>
    (await readdir(path.join(root, below), { withFileTypes: true }).catch(() => []))
      .filter((entry) => entry.isDirectory())
      .map((entry) => path.posix.join(below, entry.name))
      .filter((name) => NAME.test(name) && !name.includes(".."))
      .sort();
  for (const name of await namesOf("")) {
    if (await isBareRepository(path.join(root, name))) found.push(name);
    else {
      for (const inner of await namesOf(name)) {
        if (await isBareRepository(path.join(root, inner))) found.push(inner);
      }
    }
    if (found.length >= MAX_OFFERED) break;
  }
  return found.slice(0, MAX_OFFERED);
}
