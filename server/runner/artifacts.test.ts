import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { artifactFile, collectArtifacts, openArtifact, storeArtifact } from "./artifacts";
import { openRegular } from "./inside";

let root: string;
let store: string;
let work: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "clearway-artifacts-"));
  store = path.join(root, "artifacts");
  work = path.join(root, "work");
  await mkdir(work);
  await writeFile(path.join(root, "secret.txt"), "not the job's");
});

afterEach(() => rm(root, { recursive: true, force: true }));

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const collect = (relative: string) => collectArtifacts(store, work, [{ component: "api", path: relative }]);

test("an artifact is kept under the digest of its bytes, once", async () => {
  await mkdir(path.join(work, "out"));
  await writeFile(path.join(work, "out/api.tar"), "the bytes");
  const digest = sha256("the bytes");
  const expected = [{ component: "api", path: "out/api.tar", sha256: digest, sizeBytes: 9 }];
  expect(await collect("out/api.tar")).toEqual(expected);
  expect(await collect("out/api.tar")).toEqual(expected);
  expect(await readFile(path.join(store, digest.slice(0, 2), digest), "utf8")).toBe("the bytes");
  expect(await readdir(path.join(store, "incoming"))).toEqual([]);
});

test("many at once store the same bytes without harm", async () => {
  await writeFile(path.join(work, "a"), "x".repeat(3_000_000));
  const stored = await Promise.all(
    Array.from({ length: 8 }, () => storeArtifact(store, path.join(work, "a"))),
  );
  expect(new Set(stored.map((one) => one.sha256)).size).toBe(1);
  await expect(openArtifact(store, stored[0]?.sha256 ?? "", { verify: true })).resolves.toMatchObject({
    sizeBytes: 3_000_000,
  });
});

describe("refused is", () => {
  test("a symbolic link, even to a file inside", async () => {
    await writeFile(path.join(work, "real"), "x");
    await symlink("real", path.join(work, "linked"));
    await symlink(path.join(root, "secret.txt"), path.join(work, "stolen"));
    await expect(collect("linked")).rejects.toThrow('"linked" is a symbolic link');
    await expect(collect("stolen")).rejects.toThrow('"stolen" is a symbolic link');
    await expect(storeArtifact(store, path.join(work, "stolen"))).rejects.toThrow("cannot be read");
  });

  test("a way out through a linked folder", async () => {
    await symlink(root, path.join(work, "up"));
    await expect(collect("up/secret.txt")).rejects.toThrow("leads outside the job's directory");
  });

  test("a way out through a folder that was swapped for a link after it was looked at", async () => {
    await symlink(root, path.join(work, "swapped"));
    const opened = await openRegular(path.join(work, "swapped", "secret.txt"), work);
    expect(opened).toEqual({ ok: false, why: process.platform === "linux" ? "outside" : expect.anything() });
  });

  test("nothing because of a name that looks like an option", async () => {
    for (const name of ["--help", "-rf"]) {
      await writeFile(path.join(work, name), name);
      expect(await collect(name)).toMatchObject([{ path: name, sizeBytes: name.length }]);
    }
  });

  test("a way out by dots, and an absolute path", async () => {
    await expect(collect("../secret.txt")).rejects.toThrow("leads outside the job's directory");
    await expect(collect(path.join(root, "secret.txt"))).rejects.toThrow("must be relative");
  });

  test("a folder and a named pipe", async () => {
    await mkdir(path.join(work, "out"));
    execFileSync("mkfifo", [path.join(work, "pipe")]);
    await expect(collect("out")).rejects.toThrow("is not a regular file; pack a folder with tar");
    await expect(collect("pipe")).rejects.toThrow("is not a regular file");
  });

  test("a hard link to a file that the job does not own", async () => {
    await link(path.join(root, "secret.txt"), path.join(work, "hard"));
    const isRoot = process.getuid?.() === 0;
    if (isRoot) execFileSync("chown", ["65534", work]);
    const outcome = await collect("hard").catch((error: Error) => error.message);
    if (isRoot) expect(outcome).toContain("is a hard link to a file the job does not own");
    else expect(outcome).toHaveLength(1);
  });

  test("what was declared but not made", async () => {
    await expect(collect("out/api.tar")).rejects.toThrow('The job made no file "out/api.tar"');
  });

  test("a file over the limit, without leaving half of it", async () => {
    await writeFile(path.join(work, "big"), "x".repeat(2_000_000));
    await expect(storeArtifact(store, path.join(work, "big"), { maxBytes: 1024 * 1024 })).rejects.toThrow(
      "larger than 1 MB",
    );
    expect(await readdir(store).catch(() => [])).toEqual([]);
  });
});

describe("opening", () => {
  test("reads back what was stored", async () => {
    await writeFile(path.join(work, "a"), "kept");
    const stored = await storeArtifact(store, path.join(work, "a"));
    const opened = await openArtifact(store, stored.sha256, { verify: true });
    const blocks: Buffer[] = [];
    for await (const block of opened.read()) blocks.push(block as Buffer);
    expect(Buffer.concat(blocks).toString()).toBe("kept");
  });

  test("notices bytes that no longer match their digest", async () => {
    await writeFile(path.join(work, "a"), "kept");
    const { sha256: digest } = await storeArtifact(store, path.join(work, "a"));
    await chmod(artifactFile(store, digest), 0o644);
    await writeFile(artifactFile(store, digest), "harm");
    await expect(openArtifact(store, digest, { verify: true })).rejects.toThrow("is damaged");
  });

  test("tells a missing artifact from a name that is no digest", async () => {
    await expect(openArtifact(store, "0".repeat(64))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(openArtifact(store, "../../secret.txt")).rejects.toMatchObject({ code: "INVALID" });
  });
});
