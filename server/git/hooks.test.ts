import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isAcceptableRef, protectedPatterns } from "@/domain/branches/naming";
import { ZERO_SHA } from "@/domain/git/sha";
import { installHooks } from "@/server/git/hooks";
import { readPushSpool, removePush } from "@/server/git/push-spool";
import { givenDirectory, givenRepository, type Scratch } from "@/server/git/testing/given-repository";
import { runProgram } from "@/server/git/testing/run-program";

let scratch: Scratch;
let repository: string;
const SHA = "a".repeat(40);

beforeEach(async () => {
  scratch = await givenDirectory();
  repository = await givenRepository(scratch.directory);
  await installHooks(repository, protectedPatterns());
});
afterEach(() => scratch.remove());

function hook(name: string, refs: readonly string[], env: Record<string, string> = {}) {
  return runProgram(path.join(repository, "hooks", name), [], {
    cwd: repository,
    env: { PATH: "/usr/bin:/bin", CLEARWAY_PERSON_ID: "p-1", CLEARWAY_PUSH_ID: "1-a", ...env },
    stdin: refs.map((ref) => `${ZERO_SHA} ${SHA} ${ref}\n`).join(""),
  });
}

describe("pre-receive", () => {
  test.each([
    ["refs/heads/master", "clearway: master is protected: open a pull request in Clearway instead\n"],
    [
      "refs/heads/sprint/2026.21",
      "clearway: sprint/2026.21 is protected: open a pull request in Clearway instead\n",
    ],
    ["refs/heads/Master", "clearway: Master is protected: open a pull request in Clearway instead\n"],
    [
      "refs/heads/hotfix/PAY-1",
      "clearway: hotfix/PAY-1 is protected: open a pull request in Clearway instead\n",
    ],
    ["refs/heads/uat", "clearway: uat is protected: open a pull request in Clearway instead\n"],
    ["refs/tags/rel/ledger/1.2.3", "clearway: the tag rel/ledger/1.2.3 is one that only Clearway writes"],
    ["refs/tags/ENV/prod", "clearway: the tag ENV/prod is one that only Clearway writes"],
    ["refs/clearway/candidates/1/1", "clearway: refs/clearway/ belongs to Clearway"],
    ["refs/notes/commits", "clearway: only branches (refs/heads/) and tags (refs/tags/) are taken"],
    ["refs/replace/x", "clearway: only branches (refs/heads/) and tags (refs/tags/) are taken"],
    ["refs/heads/feature/$(id)", "clearway: the name feature/??id? cannot be used"],
    ["refs/heads/a\u001b[31m\u202e", "clearway: the name a??31m??? cannot be used"],
  ])("refuses %j with a sentence to act on", async (ref, sentence) => {
    const { exitCode, stderr } = await hook("pre-receive", [ref]);
    expect(exitCode).toBe(1);
    expect(stderr.startsWith(sentence)).toBe(true);
  });

  test("takes a feature branch, hotfix work and an ordinary tag", async () => {
    const refs = ["refs/heads/feature/2026.21/PAY-1-x", "refs/heads/hotfix-work/PAY-1/x", "refs/tags/v1"];
    expect(await hook("pre-receive", refs)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await hook("pre-receive", [...refs, "refs/heads/qa"])).toMatchObject({ exitCode: 1 });
  });

  test("judges names exactly as the domain's rule does", async () => {
    const names =
      "a a/b a..b a.lock a.LOCK a.lock/b .a a/.b -a a/-b +a a. a./b a//b a/ /a _a a+b refs/x Refs/x heads tags/v origin/m HEAD remotes @ a@b ü a~1 a:b"
        .split(" ")
        .concat(
          SHA,
          SHA.toUpperCase(),
          "x".repeat(233),
          "x".repeat(234),
          "a\\b",
          "a*",
          "a[b",
          "a'b",
          'a"b',
          "a`b",
        );
    const verdicts = await Promise.all(
      names.map(async (name) => (await hook("pre-receive", [`refs/heads/${name}`])).exitCode === 0),
    );
    expect(verdicts).toEqual(names.map((name) => isAcceptableRef(`refs/heads/${name}`)));
  });

  test("takes no push without a person, nor one of very many refs", async () => {
    for (const person of ["", "a b", "$(id)"]) {
      expect(await hook("pre-receive", ["refs/heads/x"], { CLEARWAY_PERSON_ID: person })).toMatchObject({
        exitCode: 1,
      });
    }
    const many = Array.from({ length: 501 }, (_, n) => `refs/heads/x${n}`);
    expect((await hook("pre-receive", many)).stderr).toContain("at most 500");
    expect(await hook("pre-receive", many.slice(1))).toMatchObject({ exitCode: 0 });
  });

  test("a pattern that is more than a glob over names is not written into a script", async () => {
    for (const pattern of ["$(id)", "a;id", "a b", "a) exit 0;; (x", "", "a\nb"]) {
      await expect(installHooks(repository, [pattern])).rejects.toMatchObject({ code: "invalid_argument" });
    }
    await installHooks(repository, []);
    expect(await hook("pre-receive", ["refs/heads/master"])).toMatchObject({ exitCode: 0 });
  });
});

describe("the spool of pushes", () => {
  test("keeps every push with its person, oldest first, until it is removed", async () => {
    await hook("post-receive", ["refs/heads/b"], { CLEARWAY_PUSH_ID: "200-b", CLEARWAY_PERSON_ID: "p-2" });
    await hook("post-receive", ["refs/heads/a", "refs/tags/v1"], { CLEARWAY_PUSH_ID: "100-a" });
    expect(await readPushSpool(repository)).toEqual([
      {
        id: "100-a",
        personId: "p-1",
        refs: [
          { ref: "refs/heads/a", oldSha: ZERO_SHA, newSha: SHA },
          { ref: "refs/tags/v1", oldSha: ZERO_SHA, newSha: SHA },
        ],
      },
      { id: "200-b", personId: "p-2", refs: [{ ref: "refs/heads/b", oldSha: ZERO_SHA, newSha: SHA }] },
    ]);
    await removePush(repository, "100-a");
    await removePush(repository, "100-a");
    expect((await readPushSpool(repository)).map((push) => push.id)).toEqual(["200-b"]);
  });

  test("an id that is a path writes nowhere else", async () => {
    await hook("post-receive", ["refs/heads/a"], { CLEARWAY_PUSH_ID: "../../escaped" });
    const [push] = await readPushSpool(repository);
    expect(push?.id).toMatch(/^\d+-direct-\d+$/);
    expect(await readdir(scratch.directory)).toEqual(["payments.git"]);
    await expect(removePush(repository, "../HEAD")).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("half-written and foreign files are not pushes", async () => {
    const spool = path.join(repository, "clearway-pushes");
    await writeFile(path.join(spool, ".1-a.new"), "person p-1\n");
    await writeFile(path.join(spool, "2-a"), "nonsense\n");
    expect(await readPushSpool(repository)).toEqual([]);
    expect(await readPushSpool(path.join(scratch.directory, "nowhere"))).toEqual([]);
  });
});
