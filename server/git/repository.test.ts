import { lstat, readdir, readFile as readFromDisk, readlink } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EMPTY_TREE_SHA, parseSha, type Sha, ZERO_SHA } from "@/domain/git/sha";
import { findByTrailer, readCommits } from "@/server/git/commits";
import { changedFiles, fileDiff } from "@/server/git/diff";
import { checkoutTree, readFile } from "@/server/git/files";
import { aheadBehind, isAncestor, mergeBase, treeOf } from "@/server/git/history";
import { mergeTree, writeMergeCommit } from "@/server/git/merge";
import { deleteRef, listBranches, resolveRef, setRef, updateRefPinned } from "@/server/git/refs";
import { createBareRepository } from "@/server/git/repository";
import { gitText, runGit } from "@/server/git/run";
import {
  givenCommit,
  givenDirectory,
  givenRepository,
  type Scratch,
} from "@/server/git/testing/given-repository";

let scratch: Scratch;
let repository: string;
const AT = new Date("2026-11-20T10:00:00.900Z");

beforeEach(async () => {
  scratch = await givenDirectory();
  repository = await givenRepository(scratch.directory);
});
afterEach(() => scratch.remove());

describe("refs", () => {
  test("branches of any name are listed as they are, and hostile ones are not acted on", async () => {
    const sha = await givenCommit(repository);
    const hostile = ["feature/$(id)", "a;id", "a`id`", 'a"b', "<script>", "rlo\u202etxt", "zero\u200bwidth"];
    for (const name of hostile) await runGit(repository, ["update-ref", `refs/heads/${name}`, sha]);
    expect((await listBranches(repository)).map((branch) => branch.name).sort()).toEqual(
      [...hostile, "master"].sort(),
    );
    await expect(resolveRef(repository, "refs/heads/feature/$(id)")).rejects.toMatchObject({
      code: "invalid_argument",
    });
  });

  test("a ref is found under its full name only, and a tag of that name is not it", async () => {
    const sha = await givenCommit(repository);
    await runGit(repository, ["update-ref", "refs/tags/refs/heads/sprint/2026.21", sha]);
    await runGit(repository, ["tag", "-a", "-m", "First", "v1", sha]);
    expect(await resolveRef(repository, "refs/heads/sprint/2026.21")).toBeNull();
    expect(await resolveRef(repository, "refs/heads/master")).toBe(sha);
    expect(await resolveRef(repository, "refs/tags/v1")).toBe(sha);
    await expect(resolveRef(repository, "master")).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("a ref is created, moved and deleted only from where it is expected to be", async () => {
    const one = await givenCommit(repository);
    const two = await givenCommit(repository, { parents: [one], message: "Two" });
    const ref = "refs/clearway/candidates/0198c0de/1";
    expect(await setRef(repository, ref, one, ZERO_SHA)).toBe("updated");
    expect(await setRef(repository, ref, two, ZERO_SHA)).toBe("stale");
    expect(await deleteRef(repository, ref, two)).toBe("stale");
    expect(await setRef(repository, ref, two, one)).toBe("updated");
    expect(await deleteRef(repository, ref, two)).toBe("updated");
    expect(await deleteRef(repository, ref, two)).toBe("stale");
    expect(await resolveRef(repository, ref)).toBeNull();
    const missing = parseSha("1".repeat(40));
    await expect(setRef(repository, ref, missing, ZERO_SHA)).rejects.toMatchObject({ code: "failed" });
  });

  test("creating a repository again keeps what is in it", async () => {
    const sha = await givenCommit(repository);
    await createBareRepository(repository);
    expect(await resolveRef(repository, "refs/heads/master")).toBe(sha);
    expect(await gitText(repository, ["symbolic-ref", "HEAD"])).toBe("refs/heads/master");
  });
});

describe("merging", () => {
  async function givenBranches(): Promise<{ base: Sha; target: Sha; source: Sha }> {
    const base = await givenCommit(repository, { files: { "a.txt": "1\n2\n3\n", "b.txt": "b\n" } });
    const target = await givenCommit(repository, { parents: [base], files: { "b.txt": "target\n" } });
    const ref = "refs/heads/feature/2026.21/PAY-1-a";
    const source = await givenCommit(repository, {
      ref,
      parents: [base],
      files: { "a.txt": "1\n2\nthree\n" },
    });
    return { base, target, source };
  }

  async function build(target: Sha, source: Sha, operation = "op-1"): Promise<Sha> {
    const merged = await mergeTree(repository, target, source);
    if (!merged.clean) throw new Error("expected a clean merge");
    return writeMergeCommit(repository, {
      tree: merged.tree,
      target,
      source,
      message: "Merge PAY-1\n\nClearway-Operation-Id: forged",
      at: AT,
      trailers: {
        "Clearway-Operation-Id": operation,
        "Clearway-Approved-By": "ben\nClearway-Operation-Id: x",
      },
    });
  }

  test("a retried merge is the very same commit, under our identity", async () => {
    const { target, source } = await givenBranches();
    const first = await build(target, source);
    expect(await build(target, source)).toBe(first);
    expect(await build(target, source, "op-2")).not.toBe(first);
    const [commit] = await readCommits(repository, { include: [first], exclude: [], limit: 1 });
    expect(commit).toMatchObject({
      parents: [target, source],
      tree: await treeOf(repository, first),
      authorName: "Clearway",
      committerEmail: "clearway@localhost",
      committedAt: new Date("2026-11-20T10:00:00.000Z"),
      subject: "Merge PAY-1",
    });
    expect((await readFile(repository, first, "a.txt", 100))?.toString()).toBe("1\n2\nthree\n");
    expect((await readFile(repository, first, "b.txt", 100))?.toString()).toBe("target\n");
  });

  test("any date is taken, the first second included", async () => {
    const { base, target, source } = await givenBranches();
    const tree = await treeOf(repository, base);
    const merge = { tree, target, source, message: "Merge", at: new Date(0), trailers: {} };
    const sha = await writeMergeCommit(repository, merge);
    const [commit] = await readCommits(repository, { include: [sha], exclude: [], limit: 1 });
    expect(commit?.committedAt).toEqual(new Date(0));
  });

  test("the effect is found again by its trailer, and a forged line in a message is not one", async () => {
    const { target, source } = await givenBranches();
    const merge = await build(target, source);
    await updateRefPinned(repository, { ref: "refs/heads/master", newSha: merge, oldSha: target });
    const search = { head: merge, key: "Clearway-Operation-Id", limit: 50 };
    expect(await findByTrailer(repository, { ...search, value: "op-1" })).toEqual([merge]);
    expect(await findByTrailer(repository, { ...search, value: "forged" })).toEqual([]);
    expect(await findByTrailer(repository, { ...search, value: "x" })).toEqual([]);
    expect(await findByTrailer(repository, { ...search, head: target, value: "op-1" })).toEqual([]);
  });

  test("a push to source or target between vote and merge makes the merge stale and moves nothing", async () => {
    const { target, source } = await givenBranches();
    const merge = await build(target, source);
    const ref = "refs/heads/feature/2026.21/PAY-1-a";
    const pinned = {
      ref: "refs/heads/master",
      newSha: merge,
      oldSha: target,
      verify: [{ ref, sha: source }],
    };

    const newSource = await givenCommit(repository, { ref, parents: [source], message: "Late" });
    expect(await updateRefPinned(repository, pinned)).toBe("stale");
    expect(await resolveRef(repository, "refs/heads/master")).toBe(target);

    await setRef(repository, ref, source, newSource);
    const newTarget = await givenCommit(repository, { parents: [target], message: "Other" });
    expect(await updateRefPinned(repository, pinned)).toBe("stale");
    expect(await resolveRef(repository, "refs/heads/master")).toBe(newTarget);

    await setRef(repository, "refs/heads/master", target, newTarget);
    expect(await updateRefPinned(repository, pinned)).toBe("updated");
    expect(await resolveRef(repository, "refs/heads/master")).toBe(merge);
  });

  test("of many executions at once exactly one moves the target", async () => {
    const { target, source } = await givenBranches();
    const merges = await Promise.all(["a", "b", "c", "d", "e", "f"].map((op) => build(target, source, op)));
    const outcomes = await Promise.all(
      merges.map((newSha) =>
        updateRefPinned(repository, { ref: "refs/heads/master", newSha, oldSha: target }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "updated")).toHaveLength(1);
  });

  test("conflicts are named by path, each once, whatever the name", async () => {
    const odd = 'naïve "name"\nwith line';
    const base = await givenCommit(repository, { files: { [odd]: "0\n", same: "0\n", gone: "0\n" } });
    const target = await givenCommit(repository, { parents: [base], files: { [odd]: "1\n", gone: "1\n" } });
    const ref = "refs/heads/other";
    const source = await givenCommit(repository, {
      ref,
      parents: [base],
      files: { [odd]: "2\n", gone: null },
    });
    const merged = await mergeTree(repository, target, source);
    expect(merged).toEqual({ clean: false, conflicts: ["gone", odd] });
  });

  test("histories without a common ancestor are refused as such", async () => {
    const one = await givenCommit(repository, { files: { a: "1" } });
    const other = await givenCommit(repository, {
      ref: "refs/heads/other",
      files: { b: "1" },
      message: "Root",
    });
    await expect(mergeTree(repository, one, other)).rejects.toMatchObject({ code: "unrelated_histories" });
    expect(await mergeBase(repository, one, other)).toBeNull();
  });

  test("ancestry is counted and decided from the commits", async () => {
    const { base, target, source } = await givenBranches();
    expect(await mergeBase(repository, target, source)).toBe(base);
    expect(await aheadBehind(repository, target, source)).toEqual({ ahead: 1, behind: 1 });
    expect(await aheadBehind(repository, base, source)).toEqual({ ahead: 1, behind: 0 });
    expect(await isAncestor(repository, base, source)).toBe(true);
    expect(await isAncestor(repository, source, source)).toBe(true);
    expect(await isAncestor(repository, source, target)).toBe(false);
  });
});

describe("commits", () => {
  test("any bytes in names and messages are read, one commit each", async () => {
    const root = await givenCommit(repository, {
      author: 'O"Brien; $(id) \u202e <a b@example.com>',
      message: Buffer.from(
        "caf\xe9 \x1b[31m <script>\n\nBody\n---\ncommit 0000\n\nCo-authored-by: Bina <bina@example.com>\n",
        "latin1",
      ),
    });
    const empty = await givenCommit(repository, { parents: [root], message: "" });
    const commits = await readCommits(repository, { include: [empty], exclude: [], limit: 10 });
    expect(commits.map((commit) => commit.sha)).toEqual([empty, root]);
    expect(commits[0]).toMatchObject({ subject: "", body: "", parents: [root] });
    expect(commits[1]).toMatchObject({
      authorName: 'O"Brien; $(id) \u202e',
      authorEmail: "a b@example.com",
      subject: "caf\ufffd \u001b[31m <script>",
      coAuthors: [{ name: "Bina", email: "bina@example.com" }],
    });
    expect(commits[1]?.body).toContain("commit 0000");
    expect(await readCommits(repository, { include: [empty], exclude: [root], limit: 10 })).toHaveLength(1);
  });

  test("a message of 10 MB is cut, its neighbours are not, and its co-author is still seen", async () => {
    const long = `Long\n\n${"x".repeat(10 * 1024 * 1024)}\n\nCo-authored-by: Hidden <hidden@example.com>\n`;
    const first = await givenCommit(repository, { message: "First" });
    const second = await givenCommit(repository, { parents: [first], message: long });
    const wide = "s".repeat(3 * 1024 * 1024);
    const third = await givenCommit(repository, { parents: [second], message: wide });
    const commits = await readCommits(repository, { include: [third], exclude: [], limit: 10 });
    expect(commits.map((commit) => commit.subject.length)).toEqual([2048, 4, 5]);
    expect(commits[1]?.body.length).toBe(64 * 1024);
    expect(commits[1]?.coAuthors).toEqual([{ name: "Hidden", email: "hidden@example.com" }]);
  });

  test("a date outside every calendar does not break the list", async () => {
    const tree = EMPTY_TREE_SHA;
    await runGit(repository, ["mktree"], { stdin: "" });
    const raw = `tree ${tree}\nauthor A <a@b> 99999999999999 +0000\ncommitter A <a@b> 1770000000 +0000\n\nOdd\n`;
    const args = ["hash-object", "-t", "commit", "-w", "--literally", "--stdin"];
    const sha = parseSha(await gitText(repository, args, { stdin: raw }));
    const [commit] = await readCommits(repository, { include: [sha], exclude: [], limit: 1 });
    expect(commit?.authoredAt).toEqual(new Date(0));
    expect(commit?.committedAt).toEqual(new Date(1_770_000_000_000));
  });
});

describe("differences", () => {
  test("changed files carry status, old name and line counts", async () => {
    const text = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join("");
    const base = await givenCommit(repository, {
      files: { "old name": text, "gone.txt": "x\n", "pic.png": Buffer.from([0, 1, 2]), ":odd\t\n": "1\n" },
    });
    const head = await givenCommit(repository, {
      parents: [base],
      files: {
        "old name": null,
        "new näme": `${text}more\n`,
        "gone.txt": null,
        "pic.png": Buffer.from([0, 1, 3]),
        ":odd\t\n": "2\n",
      },
    });
    const byPath = (one: { path: string }, two: { path: string }) => (one.path < two.path ? -1 : 1);
    expect((await changedFiles(repository, base, head)).sort(byPath)).toEqual([
      { path: ":odd\t\n", status: "modified", added: 1, removed: 1 },
      { path: "gone.txt", status: "deleted", added: 0, removed: 1 },
      { path: "new näme", oldPath: "old name", status: "renamed", added: 1, removed: 0 },
      { path: "pic.png", status: "modified", added: null, removed: null },
    ]);
    const diff = (await fileDiff(repository, base, head)).sort(byPath);
    expect(diff.map(({ path, oldPath, status, binary }) => [path, oldPath, status, binary])).toEqual([
      [":odd\t\n", null, "modified", false],
      ["gone.txt", null, "deleted", false],
      ["new näme", "old name", "renamed", false],
      ["pic.png", null, "modified", true],
    ]);
    expect(await changedFiles(repository, EMPTY_TREE_SHA, base)).toHaveLength(4);
  });

  test("a large difference is cut at the limit and still names every file", async () => {
    const base = await givenCommit(repository, { files: { z: "0\n" } });
    const big = "line\n".repeat(50_000);
    const head = await givenCommit(repository, { parents: [base], files: { a: "1\n", b: big, z: "1\n" } });
    const diff = await fileDiff(repository, base, head, { maxBytes: 20_000 });
    expect(diff.map(({ path, status, truncated }) => [path, status, truncated])).toEqual([
      ["a", "added", false],
      ["b", "added", true],
      ["z", "modified", true],
    ]);
    expect(diff[1]?.hunks[0]?.lines.length).toBeGreaterThan(100);
  });

  test("since the last look is the difference of two heads", async () => {
    const base = await givenCommit(repository, { files: { a: "1\n" } });
    const seen = await givenCommit(repository, { parents: [base], files: { b: "1\n" } });
    const now = await givenCommit(repository, { parents: [seen], files: { b: "1\n2\n" } });
    const [file, ...others] = await fileDiff(repository, seen, now);
    expect(others).toEqual([]);
    expect(file?.hunks[0]?.lines).toEqual([
      { kind: "context", text: "1", oldNumber: 1, newNumber: 1 },
      { kind: "added", text: "2", newNumber: 2 },
    ]);
  });
});

describe("files", () => {
  test("only regular files inside the tree are read, within the limit", async () => {
    const sha = await givenCommit(repository, {
      files: { ".clearway/pipeline.yaml": "version: 1\n", link: "/etc/passwd", "*": "star" },
      modes: { link: "120000" },
    });
    expect((await readFile(repository, sha, ".clearway/pipeline.yaml", 100))?.toString()).toBe(
      "version: 1\n",
    );
    expect((await readFile(repository, sha, "*", 100))?.toString()).toBe("star");
    for (const none of ["link", ".clearway", "missing", "--help", "link/x"]) {
      expect(await readFile(repository, sha, none, 100)).toBeNull();
    }
    await expect(readFile(repository, sha, ".clearway/pipeline.yaml", 5)).rejects.toMatchObject({
      code: "output_too_large",
    });
    for (const outside of ["../HEAD", "/etc/passwd", "", "a//b", "./a", "a\0b"]) {
      await expect(readFile(repository, sha, outside, 100)).rejects.toMatchObject({
        code: "invalid_argument",
      });
    }
  });

  test("a tree is checked out with its links and modes, into an empty directory only", async () => {
    const sha = await givenCommit(repository, {
      files: { "src/run.sh": "#!/bin/sh\n", link: "src/run.sh", "a b": "x" },
      modes: { "src/run.sh": "100755", link: "120000" },
    });
    const target = path.join(scratch.directory, "job");
    await checkoutTree(repository, sha, target);
    expect((await readdir(target)).sort()).toEqual(["a b", "link", "src"]);
    expect(await readlink(path.join(target, "link"))).toBe("src/run.sh");
    expect((await lstat(path.join(target, "src/run.sh"))).mode & 0o111).toBeGreaterThan(0);
    expect(await readFromDisk(path.join(target, "a b"), "utf8")).toBe("x");
    expect(await readdir(repository)).not.toContain("index");
    await expect(checkoutTree(repository, sha, target)).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test.each([".git/config", ".GIT/config", "git~1/config", ".git\u200c/config", "a/../../x"])(
    "a tree with %j is not checked out",
    async (name) => {
      const target = path.join(scratch.directory, "job");
      const sha = await hostileTree(name);
      await expect(checkoutTree(repository, sha, target)).rejects.toMatchObject({ code: "failed" });
      expect(await readdir(target)).toEqual([]);
    },
  );

  async function hostileTree(name: string): Promise<Sha> {
    const blob = await gitText(repository, ["hash-object", "-w", "--stdin"], { stdin: "[core]\n" });
    let entry = `100644 blob ${blob}`;
    for (const part of name.split("/").reverse()) {
      const tree = await gitText(repository, ["mktree"], { stdin: `${entry}\t${part}\n` });
      entry = `040000 tree ${tree}`;
    }
    const tree = entry.slice("040000 tree ".length);
    return parseSha(await gitText(repository, ["commit-tree", tree], { stdin: "Hostile\n" }));
  }
});
