import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { and, eq, like, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, branches, repositories, repositoryImports } from "@/db/schema";
import { createBareRepository } from "../git/repository";
import { runGit } from "../git/run";
import { givenCommit, processesWith } from "../git/testing/given-repository";
import { openPullRequest } from "../pull-requests/commands";
import { importRepository, removeRepository, retryImport } from "./commands";
import { bringIn, type ImportOptions } from "./import";
import { importableDirectories, resolveSource } from "./import-source";
import { repositoryDirectory } from "./location";
import { readRepository } from "./read";
import { sweepImports } from "./sweep";
import { givenRemote } from "./testing/given-remote";
import { givenWorld, type World } from "./testing/given-world";

const settings = { allowsPrivate: true, directory: undefined };
const MIB = 1024 * 1024;

let world: World;
let remote: Awaited<ReturnType<typeof givenRemote>>;
let source: string;
let elsewhere: string;

beforeEach(async () => {
  posts = 0;
  world = await givenWorld();
  elsewhere = path.join(world.base.dataDir, "elsewhere");
  source = path.join(elsewhere, "ledger.git");
  await createBareRepository(source);
  remote = await givenRemote(elsewhere);
});
afterEach(async () => {
  await remote.close();
  await world.base.stop();
});

async function given(files: Record<string, string | Buffer> = { a: "1\n" }, ref = "refs/heads/master") {
  return givenCommit(source, { ref, files, message: "Theirs" });
}

const wish = (over: Partial<Parameters<typeof importRepository>[1]> = {}) =>
  importRepository(
    world.system,
    {
      productId: world.product.id,
      key: "ledger",
      name: "Ledger",
      sourceKind: "url",
      source: `${remote.url}/ledger.git`,
      ...over,
    },
    settings,
  );

/** As the worker does it; `over` replaces the limits. */
const work = (id: string, over: ImportOptions = {}, signal = new AbortController().signal, seconds = 30) =>
  bringIn(world.system, id, { seconds, signal }, { settings, ...over });

async function state(id: string) {
  const [row] = await world.base.db
    .select({ state: repositories.state, directory: repositories.directory, import: repositoryImports })
    .from(repositories)
    .innerJoin(repositoryImports, eq(repositoryImports.repositoryId, repositories.id))
    .where(eq(repositories.id, id));
  return row;
}

let posts = 0;
/** The refs are asked for twice, by ls-remote and by fetch; the third question is answered with the pack. */
function sendsPack(req: IncomingMessage): boolean {
  if (req.method === "POST") posts++;
  return req.method === "POST" && posts >= 3;
}

/** What lies about of imports. */
async function leftBehind(): Promise<string[]> {
  return readdir(path.join(world.base.dataDir, "repositories", ".importing")).catch(() => []);
}

async function actions(id: string): Promise<string[]> {
  const rows = await world.base.db
    .select({ action: auditEvents.action })
    .from(auditEvents)
    .where(and(eq(auditEvents.subjectId, id), like(auditEvents.action, "repository.%")))
    .orderBy(auditEvents.sequence);
  return rows.map((row) => row.action);
}

/** A worker that dies at this point: nothing of it runs any further, and its lease runs out. */
async function dieAt(id: string, step: "listed" | "fetched" | "moved"): Promise<void> {
  const dead = new Promise<never>(() => undefined);
  const reached = new Promise<void>((resolve) => {
    void work(id, {
      onStep: (now) => {
        if (now !== step) return;
        resolve();
        return dead;
      },
    });
  });
  await reached;
  await runOut(id);
}

/** The lease runs out. What of its holder still lives in this process does not renew it before another claims it. */
async function runOut(id: string): Promise<void> {
  await world.base.db
    .update(repositoryImports)
    .set({ holder: randomUUID(), leaseUntil: sql`clearway_now() - interval '1 second'` })
    .where(eq(repositoryImports.repositoryId, id));
}

describe("an import", () => {
  test("brings branches and tags over http, opens a sprint, is read, and is ready only then", async () => {
    const master = await given();
    await givenCommit(source, { ref: "refs/heads/sprint/2026.20", parents: [master], files: { b: "2\n" } });
    await runGit(source, ["update-ref", "refs/tags/v1", master]);
    await runGit(source, ["update-ref", "refs/tags/rel/1", master]);
    await runGit(source, ["update-ref", "refs/clearway/candidates/x", master]);
    await runGit(source, ["update-ref", "refs/pull/1/head", master]);
    const { id } = await wish({ firstSprint: "2026.21" });
    expect((await state(id))?.state).toBe("importing");
    expect(world.base.jobs).toContainEqual({ task: "repositories.import", payload: { repositoryId: id } });
    await work(id);
    expect(await state(id)).toMatchObject({
      state: "ready",
      import: { phase: "done", error: null, leaseUntil: null, leftOut: [{ name: "refs/tags/rel/1" }] },
    });
    const directory = repositoryDirectory(world.system, { directory: (await state(id))?.directory ?? "" });
    const { stdout } = await runGit(directory, ["for-each-ref", "--format=%(refname)"]);
    expect(stdout.toString().trim().split("\n")).toEqual([
      "refs/heads/master",
      "refs/heads/sprint/2026.20",
      "refs/heads/sprint/2026.21",
      "refs/tags/v1",
    ]);
    expect(existsSync(path.join(directory, "hooks", "pre-receive"))).toBe(true);
    expect(await leftBehind()).toEqual([]);
    await readRepository(world.system, id);
    const rows = await world.base.db.select().from(branches).where(eq(branches.repositoryId, id));
    expect(rows.map((row) => row.name).sort()).toEqual(["master", "sprint/2026.20", "sprint/2026.21"]);
    expect(await actions(id)).toEqual(["repository.created", "repository.imported"]);
  });

  test("of a source without master asks which branch it is, and goes on with the answer", async () => {
    await given({ a: "1\n" }, "refs/heads/main");
    const { id } = await wish();
    await work(id);
    expect(await state(id)).toMatchObject({
      state: "failed",
      import: { foundBranches: ["main"], error: expect.stringMatching(/becomes master/) },
    });
    await retryImport(world.system, { repositoryId: id, masterFrom: "main" });
    await work(id);
    expect((await state(id))?.state).toBe("ready");
    const directory = repositoryDirectory(world.system, { directory: (await state(id))?.directory ?? "" });
    expect((await runGit(directory, ["for-each-ref", "--format=%(refname)"])).stdout.toString()).toBe(
      "refs/heads/master\n",
    );
  });

  test("leaves hostile names out and says so", async () => {
    const master = await given();
    for (const name of ["a;id", "$(id)", "<script>", "x".repeat(240)]) {
      await writeRef(`refs/heads/${name}`, master);
    }
    const { id } = await wish();
    await work(id);
    expect((await state(id))?.import.leftOut.map(({ name }) => name).sort()).toEqual(
      [
        "refs/heads/$(id)",
        "refs/heads/<script>",
        "refs/heads/a;id",
        `refs/heads/${"x".repeat(240)}`.slice(0, 200),
      ].sort(),
    );
  });

  test("refuses objects that are not as they should be", async () => {
    const tree = (await runGit(source, ["mktree"], { stdin: "" })).stdout.toString().trim();
    const bad = `tree ${tree}\nauthor No Mail 1 +0000\ncommitter No Mail <a@b> 1 +0000\n\nx\n`;
    const { stdout } = await runGit(source, ["hash-object", "-t", "commit", "--literally", "-w", "--stdin"], {
      stdin: bad,
    });
    await writeRef("refs/heads/master", stdout.toString().trim());
    const { id } = await wish();
    await work(id);
    const after = await state(id);
    expect(after?.state).toBe("failed");
    expect(after?.import.error).toMatch(/^git says: .*(missingEmail|fsck|missingSpaceBeforeEmail)/);
    expect(after?.import.error).not.toContain(world.base.dataDir);
    expect(await leftBehind()).toEqual([]);
  });

  test("larger than what is taken is given up", async () => {
    await given({ big: noise(3 * MIB) });
    const { id } = await wish();
    await work(id, { limits: { maxBytes: MIB, timeoutMs: 60_000 } });
    expect(await state(id)).toMatchObject({
      state: "failed",
      import: { error: expect.stringMatching(/larger/) },
    });
    expect(await leftBehind()).toEqual([]);
  });

  const troubles: Record<string, (res: ServerResponse) => unknown> = {
    hangs: (res) => res.writeHead(200),
    "breaks off": (res) => res.destroy(),
    "answers with rubbish": (res) => res.end("0000PACKrubbish"),
  };
  test.each(Object.entries(troubles))(
    "of a source that %s in the middle fails with a sentence, and can be tried again",
    async (_, trouble) => {
      await given();
      const { id } = await wish();
      remote.answer = (req, res) => {
        if (req.method !== "POST") return false;
        trouble(res);
        return true;
      };
      await work(id, { slowSeconds: 2 });
      const after = await state(id);
      expect(after).toMatchObject({ state: "failed", import: { leaseUntil: null } });
      expect(after?.import.error).toMatch(/^git says: |could not read/);
      expect(await leftBehind()).toEqual([]);
      remote.answer = null;
      await retryImport(world.system, { repositoryId: id });
      await work(id);
      expect((await state(id))?.state).toBe("ready");
    },
  );

  test("follows no redirect, not to another host and not on the same one", async () => {
    await given();
    const other = await givenRemote(elsewhere);
    const { id } = await wish();
    remote.answer = (req, res) => {
      res.writeHead(302, { location: `${other.url}${req.url?.slice("/git".length)}` }).end();
      return true;
    };
    await work(id);
    expect((await state(id))?.state).toBe("failed");
    expect(other.asked).toBe(0);
    await other.close();
  });

  test("of a source that asks for a password fails at once", async () => {
    await given();
    const { id } = await wish();
    remote.answer = (_, res) => {
      res.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
      return true;
    };
    await work(id);
    expect((await state(id))?.import.error).toMatch(
      /git says: fatal: (could not read Username|Authentication failed)/,
    );
  });

  test("says how far it is while it goes on", async () => {
    await given({ big: noise(2 * MIB) });
    const { id } = await wish();
    const reached = async () => (await state(id))?.import.receivedBytes ?? 0;
    remote.answer = (req, res) => {
      if (!sendsPack(req)) return false;
      // The answer ends when what has arrived of it was told.
      const end = res.end.bind(res) as () => ServerResponse;
      res.end = (() => {
        void expect
          .poll(reached)
          .toBeGreaterThan(0)
          .then(
            () => end(),
            () => end(),
          );
        return res;
      }) as typeof res.end;
      return false;
    };
    const working = work(id, {}, new AbortController().signal, 1);
    await expect.poll(reached).toBeGreaterThan(0);
    await working;
    expect(await state(id)).toMatchObject({ state: "ready", import: { attempt: 1 } });
  });
});

describe("a worker that dies over an import", () => {
  test.each(["listed", "fetched", "moved"] as const)(
    "when it has %s: another ends it, and nothing is left",
    async (step) => {
      await given();
      const { id } = await wish();
      await dieAt(id, step);
      world.base.jobs.length = 0;
      await sweepImports(world.system);
      expect(world.base.jobs).toEqual([{ task: "repositories.import", payload: { repositoryId: id } }]);
      await work(id);
      expect(await state(id)).toMatchObject({ state: "ready", import: { attempt: 2 } });
      expect(await leftBehind()).toEqual([]);
      expect(
        (await readdir(path.join(world.base.dataDir, "repositories"))).filter((name) =>
          name.startsWith("ledger"),
        ),
      ).toHaveLength(1);
      expect(await actions(id)).toEqual(["repository.created", "repository.imported"]);
    },
  );

  test("a worker that stops leaves it to the next at once, and its git is gone", async () => {
    await given();
    const { id } = await wish();
    const stopping = new AbortController();
    remote.answer = (req) => {
      if (!sendsPack(req)) return false;
      stopping.abort();
      return true;
    };
    await work(id, {}, stopping.signal);
    expect(await state(id)).toMatchObject({ state: "importing", import: { error: null, finishedAt: null } });
    expect(await leftBehind()).toEqual([]);
    await expect.poll(() => processesWith(`--git-dir=${world.base.dataDir}`)).toEqual([]);
    remote.answer = null;
    await work(id);
    expect((await state(id))?.state).toBe("ready");
  });

  test("two workers at once: one brings it in", async () => {
    await given();
    const { id } = await wish();
    await Promise.all([work(id), work(id), work(id)]);
    expect(await state(id)).toMatchObject({ state: "ready", import: { attempt: 1 } });
    expect(await actions(id)).toEqual(["repository.created", "repository.imported"]);
  });

  test("a slow one whose lease was lost changes nothing any more", async () => {
    await given();
    const { id } = await wish();
    let goOn = () => {};
    const paused = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let reached = () => {};
    const there = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const slow = work(id, {
      onStep: (step) => {
        if (step !== "fetched") return;
        reached();
        return paused;
      },
    });
    await there;
    await runOut(id);
    await work(id);
    goOn();
    await slow;
    expect(await state(id)).toMatchObject({ state: "ready", import: { attempt: 2 } });
    expect(await leftBehind()).toEqual([]);
    expect(await actions(id)).toEqual(["repository.created", "repository.imported"]);
  });
});

describe("a repository that is not there yet", () => {
  test("is not read, and has nothing to open a pull request from", async () => {
    await given();
    const { id } = await wish();
    await expect(
      openPullRequest(world.as(world.asha), {
        repositoryKey: "ledger",
        sourceBranch: "feature/2026.21/PAY-412-x",
        targetBranch: "master",
        title: "x",
        description: "",
      }),
    ).rejects.toThrow();
    expect(await readRepository(world.system, id)).toEqual({ moved: [], gone: [], pushes: 0 });
  });

  test("is removed with everything it has brought, also while a worker is at it", async () => {
    await given();
    const { id } = await wish();
    await work(id, {
      onStep: async (step) => {
        if (step === "moved") await removeRepository(world.system, { repositoryId: id });
      },
    });
    expect(await state(id)).toBeUndefined();
    expect(await leftBehind()).toEqual([]);
    expect(
      (await readdir(path.join(world.base.dataDir, "repositories"))).filter((name) =>
        name.startsWith("ledger"),
      ),
    ).toEqual([]);
    expect(await actions(id)).toEqual(["repository.created", "repository.removed"]);
    const again = await wish();
    await work(again.id);
    expect((await state(again.id))?.state).toBe("ready");
    await expect(removeRepository(world.system, { repositoryId: again.id })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });
});

describe("where an import may come from", () => {
  const outside = { allowsPrivate: false, directory: undefined };

  test("a pinned name reaches the pinned address whatever the resolver would say", async () => {
    await given();
    const port = new URL(remote.url).port;
    const { id } = await wish();
    await world.base.db
      .update(repositoryImports)
      .set({ source: `http://localhost:${port}/git/ledger.git` })
      .where(eq(repositoryImports.repositoryId, id));
    await work(id, { resolve: async () => ["127.0.0.1"] });
    expect((await state(id))?.state).toBe("ready");
  });

  test("a source that is no public address is refused beside its field before anything is written", async () => {
    const before = await world.base.db.$count(repositories);
    for (const source of [
      "--upload-pack=touch x",
      'ext::sh -c "id"',
      "file:///etc",
      "/etc",
      "https://user:secret@example.com/r.git",
      "http://127.0.0.1/r.git",
      "https://127.0.0.1/r.git",
      "https://[::ffff:127.0.0.1]/r.git",
      "https://2130706433/r.git",
      "https://0x7f000001/r.git",
      "https://localhost./r.git",
    ]) {
      await expect(
        importRepository(
          world.system,
          { productId: world.product.id, key: "ledger", name: "Ledger", sourceKind: "url", source },
          outside,
        ),
        source,
      ).rejects.toMatchObject({ code: "INVALID", facts: { field: "source" } });
    }
    expect(await world.base.db.$count(repositories)).toBe(before);
  });

  test("a directory is taken below the import directory only, links followed", async () => {
    await given();
    const inside = { allowsPrivate: false, directory: elsewhere };
    await mkdir(path.join(elsewhere, "team"));
    await createBareRepository(path.join(elsewhere, "team", "cards.git"));
    await symlink(path.join(world.base.dataDir, "repositories"), path.join(elsewhere, "out"));
    await writeFile(path.join(elsewhere, "file.git"), "x");
    expect(await importableDirectories(inside)).toEqual(["ledger.git", "team/cards.git"]);
    expect(await importableDirectories(outside)).toBeNull();
    for (const name of [
      "..",
      "../repositories",
      "out/payments-api.git",
      "/etc",
      "file.git",
      "-x",
      "ledger.git/../x",
      "nothing.git",
    ]) {
      await expect(resolveSource({ sourceKind: "directory", source: name }, inside)).rejects.toMatchObject({
        code: "INVALID",
      });
    }
    await expect(
      resolveSource({ sourceKind: "directory", source: "ledger.git" }, outside),
    ).rejects.toMatchObject({
      code: "INVALID",
    });
    const { id } = await importRepository(
      world.system,
      {
        productId: world.product.id,
        key: "ledger",
        name: "Ledger",
        sourceKind: "directory",
        source: "ledger.git",
      },
      inside,
    );
    await work(id, { settings: inside });
    expect((await state(id))?.state).toBe("ready");
  });
});

/** As a server of other software could have it: git itself would not make this ref. */
async function writeRef(ref: string, sha: string): Promise<void> {
  const file = path.join(source, "packed-refs");
  const { readFile } = await import("node:fs/promises");
  const before = await readFile(file, "utf8").catch(() => "# pack-refs with: peeled fully-peeled sorted \n");
  const [head = "", ...lines] = before.trimEnd().split("\n");
  const sorted = [...lines, `${sha} ${ref}`].sort((a, b) => (a.slice(41) < b.slice(41) ? -1 : 1));
  await writeFile(file, `${[head, ...sorted].join("\n")}\n`);
}

/** Bytes that do not compress, the same every time. */
function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let value = 12_345;
  for (let at = 0; at < size; at += 4) {
    value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0;
    bytes.writeUInt32LE((value ^ (value >>> 15)) >>> 0, at);
  }
  return bytes;
}
