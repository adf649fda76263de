import { createHash, randomUUID } from "node:crypto";
import { appendFile, mkdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { type Manifest, matchesManifest, readManifest, writeManifest } from "./manifest";
import { unpackTar } from "./tar";

export const InstalledState = z.strictObject({
  slot: z.string(),
  digest: z.string(),
  version: z.string(),
  schemaVersion: z.int(),
  operation: z.string(),
  environment: z.string().nullable().default(null),
  /** The highest fence that the slot has obeyed; null before anybody sent one. */
  fence: z.int().nullable().default(null),
  installedAt: z.string(),
});
export type InstalledState = z.infer<typeof InstalledState>;
export type Installation = Omit<InstalledState, "installedAt">;

export type Installed = {
  readonly state: InstalledState;
  /** Where the files of the installed version are. */
  readonly directory: string;
  /** Null when the record of the version is gone. */
  readonly manifest: Manifest | null;
};

export type Effect = "installed" | "repeated" | "key_reused" | "stale_fence";

/**
 * What is installed in the slots, on disk:
 *
 *     <slot>/versions/<digest>/…         the files; <digest>.json beside is their manifest
 *     <slot>/installs/<key>/state.json   one order to install; `applied` beside once another has taken its place
 *     <slot>/current -> installs/<key>
 *     <slot>/effects.ndjson              every time that something was really installed, one line each
 *
 * Replacing the one link is the effect: a kill at any moment leaves the earlier or the later installation whole. What is
 * current holds the highest fence that was obeyed, so that the one link moves both.
 */
export class Installations {
  readonly #root: string;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Makes the folders, and clears what a killed host left half done. */
  async open(): Promise<void> {
    await mkdir(this.#root, { recursive: true });
    await rm(path.join(this.#root, "incoming"), { recursive: true, force: true });
    await mkdir(path.join(this.#root, "incoming"));
  }

  /** A path for what is on its way; gone after a restart. */
  incoming(): string {
    return path.join(this.#root, "incoming", randomUUID());
  }

  async current(slot: string): Promise<Installed | null> {
    const link = await readlink(path.join(this.#root, slot, "current")).catch(() => null);
    const state = link === null ? null : await this.#readState(path.join(this.#root, slot, link));
    if (state === null) return null;
    const directory = path.join(this.#root, slot, "versions", state.digest);
    return { state, directory, manifest: await readManifest(`${directory}.json`) };
  }

  async isIntact({ directory, manifest }: Installed): Promise<boolean> {
    return manifest !== null && (await matchesManifest(directory, manifest));
  }

  /** The state that an order with this key has brought about, if any has. */
  async appliedState(slot: string, operation: string): Promise<InstalledState | null> {
    const install = this.#installOf(slot, operation);
    const state = await this.#readState(install);
    if (state === null) return null;
    const link = await readlink(path.join(this.#root, slot, "current")).catch(() => null);
    if (link !== null && path.basename(link) === path.basename(install)) return state;
    const hasApplied = await readFile(path.join(install, "applied")).catch(() => null);
    return hasApplied === null ? null : state;
  }

  /** The digest that was first named with this key, whether it was installed or not. */
  async digestOfKey(slot: string, operation: string): Promise<string | null> {
    return (await this.#readState(this.#installOf(slot, operation)))?.digest ?? null;
  }

  /** The highest fence that was obeyed in a slot, where it is higher than the order's: that one comes too late. */
  async overtakenBy({ slot, fence }: Installation): Promise<number | null> {
    const obeyed = (await this.current(slot))?.state.fence ?? null;
    return obeyed !== null && fence !== null && fence < obeyed ? obeyed : null;
  }

  /** One order after the other in each slot. Throws UnusableArchive when the archive cannot be installed. */
  async install(
    order: Installation,
    archive: string,
  ): Promise<{ effect: Effect; state: InstalledState | null }> {
    const before = this.#turns.get(order.slot) ?? Promise.resolve();
    const turn = before.catch(() => {}).then(() => this.#install(order, archive));
    this.#turns.set(order.slot, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(order.slot) === turn) this.#turns.delete(order.slot);
    }
  }

  async #install(
    order: Installation,
    archive: string,
  ): Promise<{ effect: Effect; state: InstalledState | null }> {
    const earlier = await this.digestOfKey(order.slot, order.operation);
    if (earlier !== null && earlier !== order.digest) return { effect: "key_reused", state: null };
    const applied = await this.appliedState(order.slot, order.operation);
    if (applied !== null) return { effect: "repeated", state: applied };
    if ((await this.overtakenBy(order)) !== null) return { effect: "stale_fence", state: null };

    await this.#provideVersion(order, archive);
    const install = this.#installOf(order.slot, order.operation);
    // An order without a fence does not take back the one that was obeyed before.
    const fence = order.fence ?? (await this.current(order.slot))?.state.fence ?? null;
    const state: InstalledState = { ...order, fence, installedAt: new Date().toISOString() };
    await mkdir(install, { recursive: true });
    await this.#replaceFile(path.join(install, "state.json"), JSON.stringify(state));
    await this.#makeCurrent(order.slot, path.join("installs", path.basename(install)));
    const effect = { operation: order.operation, digest: order.digest, at: state.installedAt };
    await appendFile(path.join(this.#root, order.slot, "effects.ndjson"), `${JSON.stringify(effect)}\n`);
    return { effect: "installed", state };
  }

  async #provideVersion({ slot, digest }: Installation, archive: string): Promise<void> {
    const versions = path.join(this.#root, slot, "versions");
    const version = path.join(versions, digest);
    const manifest = await readManifest(`${version}.json`);
    if (manifest !== null && (await matchesManifest(version, manifest))) return;
    const draft = this.incoming();
    try {
      await mkdir(path.join(draft, "files"), { recursive: true });
      const files = await unpackTar(archive, path.join(draft, "files"));
      await writeManifest(path.join(draft, "manifest.json"), files);
      await mkdir(versions, { recursive: true });
      // Only a version that somebody has altered is still there: it makes way for the true one.
      await rename(version, path.join(draft, "altered")).catch(() => {});
      await rename(path.join(draft, "files"), version);
      await rename(path.join(draft, "manifest.json"), `${version}.json`);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  async #makeCurrent(slot: string, target: string): Promise<void> {
    const current = path.join(this.#root, slot, "current");
    const outgoing = await readlink(current).catch(() => null);
    // Said before it stops being current, so that its key is never taken for one that had no effect.
    if (outgoing !== null) await writeFile(path.join(this.#root, slot, outgoing, "applied"), "");
    const draft = `${current}.${randomUUID()}`;
    await symlink(target, draft);
    await rename(draft, current);
  }

  async #replaceFile(file: string, content: string): Promise<void> {
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, content);
    await rename(draft, file);
  }

  async #readState(install: string): Promise<InstalledState | null> {
    const text = await readFile(path.join(install, "state.json"), "utf8").catch(() => null);
    if (text === null) return null;
    return InstalledState.parse(JSON.parse(text));
  }

  #installOf(slot: string, operation: string): string {
    const name = createHash("sha256").update(operation).digest("hex").slice(0, 32);
    return path.join(this.#root, slot, "installs", name);
  }
}
