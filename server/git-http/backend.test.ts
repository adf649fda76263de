import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import http from "node:http";
import { type AddressInfo, connect } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { protectedPatterns } from "@/domain/branches/naming";
import { type Sha, ZERO_SHA } from "@/domain/git/sha";
import { installHooks } from "@/server/git/hooks";
import { readPushSpool } from "@/server/git/push-spool";
import { resolveRef, setRef } from "@/server/git/refs";
import { runGit } from "@/server/git/run";
import {
  givenCommit,
  givenDirectory,
  givenRepository,
  processesWith,
  type Scratch,
} from "@/server/git/testing/given-repository";
import { runProgram } from "@/server/git/testing/run-program";
import { createGitHandler } from "@/server/git-http/backend";
import { parseGitPath } from "@/server/git-http/git-path";

const TOKENS: Record<string, { personId: string; canWrite: boolean }> = {
  "asha:token-1": { personId: "p-asha", canWrite: true },
  "vera:token-2": { personId: "p-vera", canWrite: false },
};

let scratch: Scratch;
let repository: string;
let server: http.Server;
let port: number;
let master: Sha;
const afterPush = vi.fn<(directory: string, personId: string) => Promise<void>>();
const report = vi.fn<(error: unknown) => void>();

beforeEach(async () => {
  scratch = await givenDirectory();
  repository = await givenRepository(scratch.directory);
  master = await givenCommit(repository, { files: { "README.md": "ledger\n" }, message: "First" });
  await installHooks(repository, protectedPatterns());
  afterPush.mockReset().mockResolvedValue(undefined);
  report.mockReset();
  await listen({});
});

afterEach(async () => {
  await close();
  await scratch.remove();
});

async function listen(limits: { timeoutMs?: number; maxBodyBytes?: number }): Promise<void> {
  const handler = createGitHandler({
    authenticate: async (username, password) => TOKENS[`${username}:${password}`] ?? null,
    locate: async (principal, name) =>
      name === "pay/ledger" ? { directory: repository, canWrite: principal.canWrite } : null,
    afterPush,
    report,
    ...limits,
  });
  server = http.createServer((req, res) => void handler(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
}

async function close(): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

const urlOf = (credentials: string, name = "pay/ledger.git") =>
  `http://${credentials}@127.0.0.1:${port}/git/${name}`;
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString("base64")}`;

/** The git client of a developer: no configuration of the machine, no prompt. */
function client(args: readonly string[], cwd = scratch.directory) {
  const env = {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: scratch.directory,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Asha Rai",
    GIT_AUTHOR_EMAIL: "asha@example.com",
    GIT_COMMITTER_NAME: "Asha Rai",
    GIT_COMMITTER_EMAIL: "asha@example.com",
  };
  return runProgram("git", args, { cwd, env });
}

async function givenClone(): Promise<string> {
  const work = path.join(scratch.directory, "work");
  expect(await client(["clone", "-q", urlOf("asha:token-1"), work])).toMatchObject({ exitCode: 0 });
  return work;
}

async function givenWork(work: string, content: string | Buffer, branch = "feature/2026.21/PAY-1-x") {
  await client(["checkout", "-q", "-B", branch], work);
  await writeFile(path.join(work, "file"), content);
  await client(["add", "file"], work);
  await client(["commit", "-q", "-m", "PAY-1: work"], work);
  return (await client(["rev-parse", "HEAD"], work)).stdout.trim();
}

async function nothingRuns(): Promise<void> {
  await expect.poll(() => processesWith(repository)).toEqual([]);
}

describe("a plain git client", () => {
  test("clones, pushes a feature branch and fetches it; the push is noted with its person", async () => {
    const work = await givenClone();
    expect(await readFile(path.join(work, "README.md"), "utf8")).toBe("ledger\n");
    const head = await givenWork(work, "work\n");
    expect(await client(["push", "-q", "origin", "HEAD"], work)).toMatchObject({ exitCode: 0 });

    const ref = "refs/heads/feature/2026.21/PAY-1-x";
    expect(await resolveRef(repository, ref)).toBe(head);
    expect(afterPush.mock.calls).toEqual([[repository, "p-asha"]]);
    const [push, ...others] = await readPushSpool(repository);
    expect(others).toEqual([]);
    expect(push).toMatchObject({ personId: "p-asha", refs: [{ ref, newSha: head }] });

    const other = path.join(scratch.directory, "other");
    expect(
      await client(["clone", "-q", "-b", "feature/2026.21/PAY-1-x", urlOf("vera:token-2"), other]),
    ).toMatchObject({ exitCode: 0 });
    expect(await readFile(path.join(other, "file"), "utf8")).toBe("work\n");
    await nothingRuns();
  });

  test.each(["0", "1", "2"])("speaks protocol version %s", async (version) => {
    const listed = await client(["-c", `protocol.version=${version}`, "ls-remote", urlOf("vera:token-2")]);
    expect(listed.stdout).toContain(`${master}\trefs/heads/master`);
  });

  test("does not see refs of Clearway's own", async () => {
    await setRef(repository, "refs/clearway/candidates/1/1", master, ZERO_SHA);
    expect((await client(["ls-remote", urlOf("asha:token-1")])).stdout).not.toContain("refs/clearway");
  });

  test("pushes 5 MB in chunks", async () => {
    const work = await givenClone();
    const head = await givenWork(work, randomBytes(5 * 1024 * 1024));
    const pushed = await client(["-c", "http.postBuffer=65536", "push", "-q", "origin", "HEAD"], work);
    expect(pushed).toMatchObject({ exitCode: 0 });
    expect(await resolveRef(repository, "refs/heads/feature/2026.21/PAY-1-x")).toBe(head);
  });

  test("fetches with a compressed request when it has much to tell", async () => {
    const work = await givenClone();
    let tip = master;
    for (let n = 0; n < 60; n++)
      tip = await givenCommit(repository, { parents: [tip], message: `${n}`, at: 1_770_000_100 + n });
    expect(await client(["fetch", "-q"], work)).toMatchObject({ exitCode: 0 });
    expect((await client(["rev-parse", "origin/master"], work)).stdout.trim()).toBe(tip);
  });
});

describe("refused with a sentence a developer can act on", () => {
  test.each([
    ["HEAD:refs/heads/master", "master is protected: open a pull request in Clearway instead"],
    [
      "HEAD:refs/heads/sprint/2026.21",
      "sprint/2026.21 is protected: open a pull request in Clearway instead",
    ],
    ["+HEAD:refs/heads/master", "master is protected"],
    [":refs/heads/master", "master"],
    ["HEAD:refs/tags/rel/ledger/1.0.0", "one that only Clearway writes"],
    ["HEAD:refs/clearway/candidates/1/1", "hidden ref"],
    ["HEAD:refs/notes/commits", "only branches"],
    ["HEAD:refs/heads/feature/$(id)", "cannot be used"],
    ["HEAD:refs/heads/a;id", "cannot be used"],
    ["HEAD:refs/heads/rlo\u202etxt", "cannot be used"],
  ])("pushing %j", async (refspec, sentence) => {
    const work = await givenClone();
    await givenWork(work, "work\n");
    const pushed = await client(["push", "origin", refspec], work);
    expect(pushed.exitCode).not.toBe(0);
    expect(pushed.stderr).toContain(sentence);
    expect(await resolveRef(repository, "refs/heads/master")).toBe(master);
    expect((await runGit(repository, ["for-each-ref"])).stdout.toString().trim().split("\n")).toHaveLength(1);
    expect(await readPushSpool(repository)).toEqual([]);
  });

  test("one protected branch in a push refuses all of it", async () => {
    const work = await givenClone();
    await givenWork(work, "work\n");
    await client(["push", "origin", "HEAD:refs/heads/ok", "HEAD:refs/heads/uat"], work);
    expect(await resolveRef(repository, "refs/heads/ok")).toBeNull();
  });

  test("a wrong token, a reader who pushes, and a repository one may not see", async () => {
    expect((await client(["ls-remote", urlOf("asha:wrong")])).stderr).toContain("Authentication failed");
    expect((await client(["ls-remote", urlOf("asha:token-1", "pay/secret.git")])).stderr).toContain(
      "There is no such repository, or you may not see it.",
    );
    const work = await givenClone();
    await givenWork(work, "work\n");
    const pushed = await client(["push", urlOf("vera:token-2"), "HEAD"], work);
    expect(pushed.stderr).toContain("You may read this repository, not push to it.");
    expect(afterPush).not.toHaveBeenCalled();
  });

  test("a tree with .git in it does not come in", async () => {
    const evil = await givenRepository(scratch.directory, "evil.git");
    const { stdout: blob } = await runGit(evil, ["hash-object", "-w", "--stdin"], { stdin: "[core]\n" });
    const inner = await writeTree(evil, `100644 blob ${blob.toString().trim()}\tconfig\n`);
    const outer = await writeTree(evil, `040000 tree ${inner}\t.git\n`);
    const commit = (await runGit(evil, ["commit-tree", outer], { stdin: "Evil\n" })).stdout;
    const pushed = await client([
      `--git-dir=${evil}`,
      "push",
      urlOf("asha:token-1"),
      `${commit.toString().trim()}:refs/heads/evil`,
    ]);
    expect(pushed.stderr).toContain("hasDotgit");
    expect(await resolveRef(repository, "refs/heads/evil")).toBeNull();
  });

  async function writeTree(directory: string, entry: string): Promise<string> {
    return (await runGit(directory, ["mktree"], { stdin: entry })).stdout.toString().trim();
  }
});

describe("only smart HTTP is served", () => {
  test.each([
    ["GET", "/git/pay/ledger.git/info/refs", 404],
    ["GET", "/git/pay/ledger.git/HEAD", 404],
    ["GET", "/git/pay/ledger.git/config", 404],
    ["GET", "/git/pay/ledger.git/objects/info/packs", 404],
    ["GET", "/git/pay/ledger.git/info/refs?service=git-upload-archive", 404],
    ["GET", "/git/pay/ledger.git/info/refs?service=git-upload-pack&x=1", 404],
    ["GET", "/git/pay%2fledger.git/info/refs?service=git-upload-pack", 404],
    ["GET", "/git/pay/../../etc/info/refs?service=git-upload-pack", 404],
    ["GET", "/git/--help/x/info/refs?service=git-upload-pack", 404],
    ["POST", "/git/pay/ledger.git/info/refs?service=git-upload-pack", 405],
    ["GET", "/git/pay/ledger.git/git-receive-pack", 405],
    ["POST", "/git/pay/ledger.git/git-receive-pack", 415],
  ])("%s %s is %i", async (method, url, status) => {
    expect((await request(method, url, { authorization: basic("asha:token-1") })).status).toBe(status);
  });

  test.each([
    "",
    "Bearer x",
    "Basic !!!",
    basic("no-colon"),
    basic("asha:"),
    basic("a\0:b"),
    `Basic ${"A".repeat(2000)}`,
  ])("the credentials %j are none", async (authorization) => {
    const answer = await request("GET", "/git/pay/ledger.git/info/refs?service=git-upload-pack", {
      authorization,
    });
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain("Basic");
  });

  test("paths are parsed into what they ask for", () => {
    const asked = { repository: "pay/ledger", service: "git-upload-pack" };
    expect(parseGitPath("/git/pay/ledger.git/info/refs?service=git-upload-pack")).toEqual({
      ...asked,
      operation: "advertise",
    });
    expect(parseGitPath("/git/pay/ledger/git-upload-pack")).toEqual({ ...asked, operation: "exchange" });
    expect(parseGitPath("/git/pay/led..ger/git-upload-pack")).toBeNull();
  });
});

describe("bodies", () => {
  const exchange = "/git/pay/ledger.git/git-upload-pack";
  const headers = {
    authorization: basic("asha:token-1"),
    "content-type": "application/x-git-upload-pack-request",
    "git-protocol": "version=2",
  };
  const listRefs = Buffer.from("0014command=ls-refs\n00010000");

  test("are taken plain, compressed, chunked and after 100-continue", async () => {
    const answers = [
      await request("POST", exchange, { ...headers, "content-length": `${listRefs.length}` }, listRefs),
      await request("POST", exchange, headers, listRefs),
      await request("POST", exchange, { ...headers, "content-encoding": "gzip" }, gzipSync(listRefs)),
      await request("POST", exchange, { ...headers, expect: "100-continue" }, listRefs),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.body).toContain(`${master} refs/heads/master`);
    }
    expect((await request("POST", exchange, { ...headers, "content-encoding": "br" }, listRefs)).status).toBe(
      415,
    );
  });

  test("above the limit are refused, announced or not, and git does not stay", async () => {
    await close();
    await listen({ maxBodyBytes: 10_000 });
    const large = Buffer.alloc(200_000, "0");
    expect((await request("POST", exchange, { ...headers, "content-length": "200000" }, large)).status).toBe(
      413,
    );
    const push = { ...headers, "content-type": "application/x-git-receive-pack-request" };
    expect((await request("POST", "/git/pay/ledger.git/git-receive-pack", push, large)).status).toBe(413);
    await nothingRuns();
  });
});

describe("nothing is left behind", () => {
  /** A pre-receive that says that it runs and then hangs, deaf to polite requests. */
  async function givenHangingHook(): Promise<string> {
    const started = path.join(scratch.directory, "started");
    const script = `#!/bin/sh\ntrap '' TERM\ntouch ${started}\nsleep 3600\n`;
    await writeFile(path.join(repository, "hooks", "pre-receive"), script);
    return started;
  }

  test("by a client that goes away in the middle of a push; its ref has not moved", async () => {
    const work = await givenClone();
    await givenWork(work, "work\n");
    const started = await givenHangingHook();
    const pushing = spawn("git", ["push", "-q", "origin", "HEAD"], {
      cwd: work,
      stdio: "ignore",
      detached: true,
    });
    const gone = new Promise((resolve) => pushing.once("close", resolve));
    await expect.poll(() => readdir(scratch.directory)).toContain(path.basename(started));
    expect((await processesWith(repository)).length).toBeGreaterThan(0);

    process.kill(-(pushing.pid ?? 0), "SIGKILL");
    await gone;
    await nothingRuns();
    expect(await resolveRef(repository, "refs/heads/feature/2026.21/PAY-1-x")).toBeNull();
    await expect.poll(() => afterPush.mock.calls.length).toBe(1);
  });

  test("by a client that stops reading a large answer", async () => {
    await givenCommit(repository, { parents: [master], files: { big: randomBytes(7 * 1024 * 1024) } });
    const socket = connect(port, "127.0.0.1");
    const want = `0011command=fetch0001000fno-progress0032want ${await resolveRef(repository, "refs/heads/master")}\n0009done\n0000`;
    socket.write(
      `POST /git/pay/ledger.git/git-upload-pack HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic("asha:token-1")}\r\nGit-Protocol: version=2\r\nContent-Type: application/x-git-upload-pack-request\r\nContent-Length: ${want.length}\r\n\r\n${want}`,
    );
    await new Promise((resolve) => socket.once("readable", resolve));
    expect((await processesWith(repository)).length).toBeGreaterThan(0);
    socket.destroy();
    await nothingRuns();
  });

  test("by a request that takes too long", async () => {
    const work = await givenClone();
    await givenWork(work, "work\n");
    await givenHangingHook();
    await close();
    await listen({ timeoutMs: 1_500 });
    expect((await client(["push", "-q", urlOf("asha:token-1"), "HEAD"], work)).exitCode).not.toBe(0);
    await nothingRuns();
  });
});

test("a push that could not be noted has happened all the same, and is reported", async () => {
  afterPush.mockRejectedValue(new Error("no database"));
  const work = await givenClone();
  await givenWork(work, "work\n");
  expect(await client(["push", "-q", "origin", "HEAD"], work)).toMatchObject({ exitCode: 0 });
  expect(report).toHaveBeenCalledTimes(1);
  expect(await readPushSpool(repository)).toHaveLength(1);
});

type Answer = { status: number; headers: http.IncomingHttpHeaders; body: string };

function request(
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = http.request(
      { host: "127.0.0.1", port, method, path: url, headers, agent: false },
      (res) => {
        const chunks: Buffer[] = [];
        res.on("data", (chunk: Buffer) => chunks.push(chunk));
        res.on("end", () =>
          resolve({
            status: res.statusCode ?? 0,
            headers: res.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
        res.on("error", reject);
      },
    );
    sent.on("error", reject);
    if (headers.expect) sent.on("continue", () => sent.end(body));
    else sent.end(body);
  });
}
