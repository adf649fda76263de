import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Sha, ZERO_SHA } from "@/domain/git/sha";
import { resolveRef, setRef } from "./refs";
import { createBareRepository } from "./repository";
import { removeStaleLocks } from "./stale-locks";
import { givenCommit } from "./testing/given-repository";

const REF = "refs/heads/feature/1";
let directory: string;
let sha: Sha;
beforeEach(async () => {
  directory = path.join(mkdtempSync(path.join(tmpdir(), "clearway-locks-")), "x.git");
  await createBareRepository(directory);
  sha = (await givenCommit(directory, { ref: "refs/heads/master", files: { a: "1" } })) as Sha;
});
afterEach(() => rm(path.dirname(directory), { recursive: true, force: true }));

const lockOf = (name: string) => path.join(directory, `${name}.lock`);
function leave(name: string, secondsAgo: number): void {
  writeFileSync(lockOf(name), "");
  age(name, secondsAgo);
}
function age(name: string, secondsAgo: number): void {
  const at = Date.now() / 1000 - secondsAgo;
  utimesSync(lockOf(name), at, at);
}

test("what a killed git has left goes, and the branch can be moved again", async () => {
  await setRef(directory, REF, sha, ZERO_SHA);
  for (const name of [REF, "packed-refs", "HEAD"]) leave(name, 90);
  expect((await removeStaleLocks(directory, { isOnlyHost: true })).sort()).toEqual([
    "HEAD.lock",
    "packed-refs.lock",
    `${REF}.lock`,
  ]);
  const next = (await givenCommit(directory, {
    ref: "refs/heads/master",
    files: { a: "2" },
    parents: [sha],
  })) as Sha;
  expect(await setRef(directory, REF, next, sha)).toBe("updated");
});

test("a young one stays, and on several machines only what is too old for anybody goes", async () => {
  leave("packed-refs", 30);
  leave("HEAD", 90);
  expect(await removeStaleLocks(directory, { isOnlyHost: false })).toEqual([]);
  expect(await removeStaleLocks(directory, { isOnlyHost: true })).toEqual(["HEAD.lock"]);
  age("packed-refs", 17 * 60);
  expect(await removeStaleLocks(directory, { isOnlyHost: false })).toEqual(["packed-refs.lock"]);
});

test.runIf(existsSync("/proc/self/comm"))(
  "that of a git which is still at work stays until it is killed",
  async () => {
    const git = spawn("git", [`--git-dir=${directory}`, "update-ref", "--stdin"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    let said = "";
    git.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    git.stdin.write(`start\nupdate ${REF} ${sha} ${ZERO_SHA}\nprepare\n`);
    // Then it has written what it writes into the lock, which would make it young again.
    await expect.poll(() => said).toContain("prepare: ok");
    age(REF, 90);
    expect(await removeStaleLocks(directory, { isOnlyHost: true })).toEqual([]);
    const ended = new Promise((resolve) => git.once("exit", resolve));
    git.kill("SIGKILL");
    await ended;
    expect(existsSync(lockOf(REF))).toBe(true);
    expect(await removeStaleLocks(directory, { isOnlyHost: true })).toEqual([`${REF}.lock`]);
    expect(await resolveRef(directory, REF)).toBeNull();
    expect(await setRef(directory, REF, sha, ZERO_SHA)).toBe("updated");
  },
);

test.runIf(existsSync("/proc/self/comm"))(
  "gits that come and go meanwhile hold nothing that is older than they are",
  async () => {
    leave("HEAD", 90);
    const reader = () => spawn("git", [`--git-dir=${directory}`, "cat-file", "--batch"], { stdio: "pipe" });
    const running = [reader()];
    // There is always one at work, and none for long.
    const relay = setInterval(() => {
      running.push(reader());
      if (running.length > 2) running.shift()?.kill("SIGKILL");
    }, 150);
    try {
      expect(await removeStaleLocks(directory, { isOnlyHost: true })).toEqual(["HEAD.lock"]);
    } finally {
      clearInterval(relay);
      for (const git of running) git.kill("SIGKILL");
    }
  },
);
