import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parseSha } from "@/domain/git/sha";
import { setRef, updateRefPinned } from "@/server/git/refs";
import { gitText, runGit } from "@/server/git/run";
import {
  givenCommit,
  givenDirectory,
  givenRepository,
  processesWith,
  type Scratch,
} from "@/server/git/testing/given-repository";

let scratch: Scratch;
let repository: string;

beforeEach(async () => {
  scratch = await givenDirectory();
  repository = await givenRepository(scratch.directory);
});
afterEach(() => scratch.remove());

/** A program of the test's own, run by git in its process group. */
const shell = (script: string) => ["-c", `alias.probe=!${script}`, "probe"];

describe("what git runs with", () => {
  test("the environment of our process does not reach git", async () => {
    vi.stubEnv("GIT_DIR", "/somewhere/else");
    vi.stubEnv("GIT_EXTERNAL_DIFF", "touch pwned");
    vi.stubEnv("DATABASE_URL", "postgres://secret");
    const environment = await gitText(repository, shell("env"));
    expect(environment).not.toContain("secret");
    expect(environment).not.toContain("pwned");
    expect(environment).not.toContain("/somewhere/else");
    expect(environment).toContain("GIT_TERMINAL_PROMPT=0");
  });

  test("configuration of the machine and the user is not read, and ours beats the repository's", async () => {
    await mkdir(path.join(scratch.directory, "home"));
    await writeFile(path.join(scratch.directory, "home", ".gitconfig"), "[user]\n\tname = somebody\n");
    vi.stubEnv("HOME", path.join(scratch.directory, "home"));
    await expect(gitText(repository, ["config", "user.name"])).rejects.toMatchObject({ exitCode: 1 });

    await runGit(repository, ["config", "core.hooksPath", "/tmp"]);
    await runGit(repository, ["config", "transfer.fsckObjects", "false"]);
    expect(await gitText(repository, ["config", "core.hooksPath"])).toBe("/dev/null");
    expect(await gitText(repository, ["config", "transfer.fsckObjects"])).toBe("true");
  });

  test.each(["file:///tmp/x", "/tmp/x", "https://localhost/x", "ssh://localhost/x", "git://localhost/x"])(
    "no transport is allowed: %s",
    async (url) => {
      await expect(runGit(repository, ["ls-remote", url])).rejects.toMatchObject({
        stderr: expect.stringContaining("not allowed"),
      });
    },
  );

  test("ext:: runs nothing, even when the repository's configuration allows it", async () => {
    const proof = path.join(scratch.directory, "pwned");
    await runGit(repository, ["config", "protocol.ext.allow", "always"]);
    await expect(runGit(repository, ["ls-remote", `ext::touch ${proof}`])).rejects.toMatchObject({
      code: "failed",
    });
    await expect(stat(proof)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("plumbing runs none of the repository's hooks", async () => {
    const proof = path.join(scratch.directory, "hooked");
    await mkdir(path.join(repository, "hooks"));
    await writeFile(path.join(repository, "hooks", "reference-transaction"), `#!/bin/sh\ntouch ${proof}\n`, {
      mode: 0o755,
    });
    const sha = await givenCommit(repository);
    await setRef(repository, "refs/heads/other", sha, parseSha("0".repeat(40)));
    await expect(stat(proof)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("a replaced object does not fool us", async () => {
    const real = await givenCommit(repository, { message: "Real" });
    const fake = await givenCommit(repository, { message: "Fake", ref: "refs/heads/fake" });
    await runGit(repository, ["update-ref", `refs/replace/${real}`, fake]);
    expect(await gitText(repository, ["log", "--format=%s", "-1", real])).toBe("Real");
  });

  test("only the named directory is used, and no other repository is discovered", async () => {
    await expect(runGit(path.join(repository, "objects"), ["rev-parse", "HEAD"])).rejects.toMatchObject({
      stderr: expect.stringContaining("not a git repository"),
    });
    await expect(runGit("relative", ["version"])).rejects.toMatchObject({ code: "invalid_argument" });
  });
});

describe("what git may use up", () => {
  test("at the timeout the whole process group ends, deaf children included", async () => {
    const marker = `86399.${process.pid}${Date.now()}`;
    await expect(
      runGit(repository, shell(`trap '' TERM; sleep ${marker} & wait; sleep ${marker}`), { timeoutMs: 300 }),
    ).rejects.toMatchObject({ code: "timed_out" });
    await expect.poll(() => processesWith(marker)).toEqual([]);
  });

  test("output is capped, as an error or as a cut", async () => {
    await expect(runGit(repository, shell("yes"), { maxOutputBytes: 1000 })).rejects.toMatchObject({
      code: "output_too_large",
    });
    const cut = await runGit(repository, shell("yes"), { maxOutputBytes: 1000, truncate: true });
    expect(cut).toMatchObject({ truncated: true });
    expect(cut.stdout).toHaveLength(1000);
  });

  test("endless complaints fill no memory", async () => {
    const failed = runGit(repository, shell("head -c 5000000 /dev/zero >&2; exit 3"));
    const error = await failed.catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "failed", exitCode: 3 });
    expect(error.stderr.length).toBeLessThan(10_000);
  });

  test("fifty commands at once all get their turn", async () => {
    const sha = await givenCommit(repository);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => gitText(repository, ["rev-parse", "--verify", sha])),
    );
    expect(new Set(answers)).toEqual(new Set([sha]));
  });
});

test("an option in the place of a ref or a SHA never reaches git", async () => {
  const sha = await givenCommit(repository);
  for (const ref of [
    "--upload-pack=touch /tmp/x",
    "--output=x",
    "$(id)",
    "refs/heads/-x",
    "refs/heads/a\ncommit",
  ]) {
    await expect(updateRefPinned(repository, { ref, newSha: sha, oldSha: sha })).rejects.toMatchObject({
      code: "invalid_argument",
    });
  }
  for (const text of ["--output=x", "HEAD~1", "abc", sha.toUpperCase(), `${sha}\n`, `${sha}0`]) {
    expect(() => parseSha(text)).toThrow("40 hexadecimal");
  }
  expect(await readFile(path.join(repository, "HEAD"), "utf8")).toBe("ref: refs/heads/master\n");
});
