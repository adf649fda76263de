import { writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { and, eq, isNull } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { accessTokens, auditEvents, branches, commits, people, pushes } from "@/db/schema";
import { audited, givenProduct } from "@/db/testing/given";
import type { PersonActor } from "@/domain/people/actor";
import { createAccessToken, revokeAccessToken } from "../access-tokens/commands";
import { listAccessTokens } from "../access-tokens/queries";
import { env } from "../env";
import { readPushSpool } from "../git/push-spool";
import { runProgram } from "../git/testing/run-program";
import { openPullRequest } from "../pull-requests/commands";
import { readRepository } from "../repositories/read";
import { sweepPushes } from "../repositories/sweep";
import { givenActor, givenWorld, type World } from "../repositories/testing/given-world";
import { gitAccess } from "./access";
import { createGitHandler } from "./backend";
import { limitFailures } from "./failures";

const FEATURE = "feature/2026.21/PAY-412-retry";
let world: World;
let server: http.Server;
let reports: unknown[];

beforeEach(async () => {
  world = await givenWorld();
  reports = [];
  const report = (error: unknown) => void reports.push(error);
  // Its minute does not pass, however long the wrong tokens of a test take.
  const handler = limitFailures(createGitHandler({ ...gitAccess(world.as), report }), () => 0);
  server = http.createServer((req, res) => void handler(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await world.base.stop();
  expect(reports).toEqual([]);
});

function urlWith(token: string, key = "payments-api"): string {
  return `http://any:${token}@127.0.0.1:${(server.address() as AddressInfo).port}/git/${key}.git`;
}

/** The git client of a developer: no configuration of the machine, no prompt. */
function client(args: readonly string[], cwd = world.base.dataDir) {
  const env = {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: world.base.dataDir,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Asha Rai",
    GIT_AUTHOR_EMAIL: "asha@example.com",
    GIT_COMMITTER_NAME: "Asha Rai",
    GIT_COMMITTER_EMAIL: "asha@example.com",
  };
  return runProgram("git", args, { cwd, env });
}

const tokenOf = (person: PersonActor) => createAccessToken(world.as(person), { name: "laptop", days: 30 });

async function givenClone(token: string): Promise<string> {
  const work = path.join(world.base.dataDir, "work");
  const cloned = await client(["clone", "-q", "-b", "sprint/2026.21", urlWith(token), work]);
  expect(cloned).toMatchObject({ exitCode: 0 });
  return work;
}

async function commit(work: string, content: string, branch = FEATURE): Promise<string> {
  await client(["checkout", "-q", "-B", branch], work);
  await writeFile(path.join(work, "retry.ts"), content);
  await client(["add", "."], work);
  await client(["commit", "-q", "-m", "PAY-412: retry timeouts"], work);
  return (await client(["rev-parse", "HEAD"], work)).stdout.trim();
}

const branchRow = async (name: string) => {
  const [row] = await world.base.db
    .select()
    .from(branches)
    .where(and(eq(branches.name, name), isNull(branches.deletedAt)));
  return row;
};

describe("a push by a plain git client", () => {
  test("is in the database when the client returns", async () => {
    const { token } = await tokenOf(world.asha);
    const work = await givenClone(token);
    const head = await commit(work, "one\n");
    expect(await client(["push", "-q", "origin", FEATURE], work)).toMatchObject({ exitCode: 0 });

    expect(await branchRow(FEATURE)).toMatchObject({
      headSha: head,
      kind: "feature",
      ahead: 1,
      behind: 0,
      lastPusherId: world.asha.personId,
    });
    const rows = await world.base.db
      .select()
      .from(pushes)
      .where(eq(pushes.ref, `refs/heads/${FEATURE}`));
    expect(rows).toMatchObject([{ personId: world.asha.personId, newSha: head }]);
    expect(await world.base.db.$count(commits, eq(commits.sha, head))).toBe(1);
    expect(await readPushSpool(world.directory)).toEqual([]);
    const audit = await world.base.db
      .select({ actorName: auditEvents.actorName, subjectLabel: auditEvents.subjectLabel })
      .from(auditEvents)
      .where(eq(auditEvents.action, "repository.pushed"));
    expect(audit).toEqual([{ actorName: "Asha Rai", subjectLabel: "payments-api" }]);
  });

  test("of a new branch says where to open a pull request for it, and only then", async () => {
    const { token } = await tokenOf(world.asha);
    const work = await givenClone(token);
    const odd = `${FEATURE}+once`;
    await commit(work, "one\n");
    await client(["branch", odd], work);
    await client(["branch", "just-trying"], work);
    const first = await client(["push", "origin", FEATURE, odd, "just-trying"], work);
    const page = `${env.publicUrl}/pull-requests/new?repository=payments-api&source=feature%2F2026.21%2FPAY-412-retry`;
    const told = first.stderr.split("\n").filter((line) => line.includes("pull request"));
    expect(told.map((line) => line.trim())).toEqual([
      `remote: Open a pull request: ${page}&target=sprint%2F2026.21`,
      `remote: Open a pull request: ${page}%2Bonce&target=sprint%2F2026.21`,
    ]);
    await commit(work, "two\n");
    const second = await client(["push", "origin", FEATURE], work);
    expect(second).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining("pull request") });
  });

  test("sends a waiting promotion back to look at what it decides on", async () => {
    const { token } = await tokenOf(world.asha);
    const work = await givenClone(token);
    await commit(work, "one\n");
    await client(["push", "-q", "origin", FEATURE], work);
    const { promotion } = await openPullRequest(world.as(world.asha), {
      repositoryKey: "payments-api",
      sourceBranch: FEATURE,
      targetBranch: "sprint/2026.21",
      title: "PAY-412: retry timeouts",
    });
    world.base.jobs.length = 0;
    await commit(work, "two\n");
    await client(["push", "-q", "origin", FEATURE], work);
    expect(world.base.jobs).toContainEqual({
      task: "promotions.evaluate",
      payload: { promotionId: promotion.id },
    });
  });

  test("to a protected branch is refused, with the way to go instead", async () => {
    const { token } = await tokenOf(world.asha);
    const work = await givenClone(token);
    const head = await commit(work, "one\n", "sprint/2026.21");
    const pushed = await client(["push", "origin", "sprint/2026.21", `${head}:refs/heads/master`], work);
    expect(pushed.exitCode).not.toBe(0);
    expect(pushed.stderr).toContain("sprint/2026.21 is protected: open a pull request in Clearway instead");
    expect(pushed.stderr).toContain("master is protected");
    expect(await world.base.db.$count(pushes, eq(pushes.personId, world.asha.personId))).toBe(0);
  });
});

describe("a push that could not be read at once", () => {
  test("is read by the next job, with its person", async () => {
    const { token } = await tokenOf(world.asha);
    const work = await givenClone(token);
    const head = await commit(work, "one\n");
    const fence = await world.base.db.$client.connect();
    // It is idle for as long as the push takes, which the server would end after five seconds.
    await fence.query(
      "begin; set local idle_in_transaction_session_timeout = 0; lock table branches in access exclusive mode",
    );
    await client(["push", "-q", "origin", FEATURE], work);
    await expect.poll(() => reports.length, { timeout: 30_000 }).toBe(1);
    await fence.query("rollback");
    fence.release();
    reports = [];
    const [note] = await readPushSpool(world.directory);
    const pushedAt = Number.parseInt(note?.id ?? "", 10);
    expect(await sweepPushes(world.system, pushedAt + 9_000)).toEqual([]);
    const read = { task: "repositories.read", payload: { repositoryId: world.repository.id } };
    expect(world.base.jobs).toContainEqual(read);
    world.base.jobs.length = 0;
    expect(await sweepPushes(world.system, Date.now() + 60_000)).toEqual(["payments-api"]);
    expect(world.base.jobs).toEqual([read]);
    await readRepository(world.system, world.repository.id);
    expect(await branchRow(FEATURE)).toMatchObject({ headSha: head, lastPusherId: world.asha.personId });
    expect(await sweepPushes(world.system, Date.now() + 60_000)).toEqual([]);
  });
});

describe("an access token", () => {
  test("that was revoked opens nothing from then on", async () => {
    const { token, id } = await tokenOf(world.asha);
    const work = await givenClone(token);
    await revokeAccessToken(world.as(world.asha), { accessTokenId: id });
    await commit(work, "one\n");
    const pushed = await client(["push", "origin", FEATURE], work);
    expect(pushed.exitCode).not.toBe(0);
    expect(await branchRow(FEATURE)).toBeUndefined();
  });

  test("that has expired, or whose person has left, opens nothing", async () => {
    const { token, id } = await tokenOf(world.asha);
    expect(await client(["ls-remote", urlWith(token)])).toMatchObject({ exitCode: 0 });
    await audited(world.base.db, (tx) =>
      tx.update(people).set({ isActive: false }).where(eq(people.id, world.asha.personId)),
    );
    expect((await client(["ls-remote", urlWith(token)])).exitCode).not.toBe(0);
    await audited(world.base.db, async (tx) => {
      await tx.update(people).set({ isActive: true }).where(eq(people.id, world.asha.personId));
      await tx
        .update(accessTokens)
        .set({ expiresAt: new Date(0) })
        .where(eq(accessTokens.id, id));
    });
    expect((await client(["ls-remote", urlWith(token)])).exitCode).not.toBe(0);
  });

  test("opens no repository of a foreign product, and does not tell that there is one", async () => {
    const other = await givenProduct(world.base.db);
    const foreign = await givenActor(world.base, "Bina Foreign", "developer", other.id);
    const { token } = await tokenOf(foreign);
    const answers = await Promise.all(
      ["payments-api", "no-such"].map((key) => client(["ls-remote", urlWith(token, key)])),
    );
    for (const answer of answers) {
      expect(answer.exitCode).not.toBe(0);
      expect(answer.stderr).toMatch(/not found/i);
    }
  });

  test("of a person who may only read clones and does not push", async () => {
    const quinn = await givenActor(world.base, "Quinn QA", "qa", world.product.id);
    const { token } = await tokenOf(quinn);
    const work = await givenClone(token);
    await commit(work, "one\n");
    expect((await client(["push", "origin", FEATURE], work)).exitCode).not.toBe(0);
    expect(await branchRow(FEATURE)).toBeUndefined();
  });

  test("is shown once, listed without its hash, and says when it was used", async () => {
    const { token, prefix } = await tokenOf(world.asha);
    expect(token).toMatch(/^cw_[A-Za-z0-9_-]{43}$/);
    const [before] = await listAccessTokens(world.as(world.asha));
    expect(before).toMatchObject({ name: "laptop", prefix, lastUsedAt: null, isInForce: true });
    expect(JSON.stringify(before)).not.toContain(token.slice(prefix.length));
    await client(["ls-remote", urlWith(token)]);
    const [used] = await listAccessTokens(world.as(world.asha));
    expect(used?.lastUsedAt).toBeInstanceOf(Date);
    await client(["ls-remote", urlWith(token)]);
    const [again] = await listAccessTokens(world.as(world.asha));
    expect(again?.lastUsedAt).toEqual(used?.lastUsedAt);
    expect(await listAccessTokens(world.as(world.tara))).toEqual([]);
  });

  test("of somebody else cannot be revoked", async () => {
    const { id } = await tokenOf(world.asha);
    await expect(revokeAccessToken(world.as(world.tara), { accessTokenId: id })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

describe("wrong tokens behind a proxy, where everybody has one address", () => {
  const ask = (given?: string, under = "payments-api.git", user = "any") =>
    fetch(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/git/${under}/info/refs?service=git-upload-pack`,
      given
        ? { headers: { authorization: `Basic ${Buffer.from(`${user}:${given}`).toString("base64")}` } }
        : {},
    ).then((answer) => answer.status);

  test("turn away that token for a while, and nobody else's", async () => {
    const { token } = await tokenOf(world.asha);
    for (let i = 0; i < 30; i++) expect(await ask()).toBe(401);
    for (let i = 0; i < 20; i++) expect(await ask("cw_wrong", "payments-api.git", `user${i}`)).toBe(401);
    expect(await ask("cw_wrong")).toBe(429);
    expect(await ask(token)).toBe(200);
    expect(await ask("cw_other")).toBe(401);
    expect(await ask()).toBe(401);
  });

  test("are bounded for an address as well, but one that was right always passes", {
    timeout: 240_000,
  }, async () => {
    const [{ token: used }, { token: revoked, id }] = [await tokenOf(world.asha), await tokenOf(world.asha)];
    expect([await ask(used), await ask(revoked)]).toEqual([200, 200]);
    // Answered before anybody looks at the token: that it is no 401 proves nothing.
    expect(await ask("cw_planted", "payments..api.git")).toBe(404);
    for (let i = 0; i < 600; i++) expect(await ask(`cw_guess${i}`)).toBe(401);
    expect(await ask("cw_guess")).toBe(429);
    expect(await ask("cw_planted")).toBe(429);
    expect(await ask(used)).toBe(200);
    await revokeAccessToken(world.as(world.asha), { accessTokenId: id });
    expect([await ask(revoked), await ask(revoked)]).toEqual([401, 429]);
    expect(await ask()).toBe(401);
  });
});
