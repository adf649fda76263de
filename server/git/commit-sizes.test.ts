import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sha } from "@/domain/git/sha";
import { readCommitSizes } from "./commit-sizes";
import { givenCommit, givenDirectory, givenRepository, type Scratch } from "./testing/given-repository";

let scratch: Scratch;
let directory: string;
let first: Sha;

beforeAll(async () => {
  scratch = await givenDirectory();
  directory = await givenRepository(scratch.directory);
  first = await givenCommit(directory, { files: { "a.txt": "1\n2\n3\n" } });
});
afterAll(() => scratch.remove());

const sizesOf = async (head: Sha) =>
  Object.fromEntries(await readCommitSizes(directory, { include: [head], exclude: [first], limit: 10 }));

test("each commit counts its own lines", async () => {
  const second = await givenCommit(directory, {
    files: { "a.txt": "1\n2\nthree\n", "b.txt": "new\n" },
    parents: [first],
  });
  const third = await givenCommit(directory, { files: { "b.txt": null }, parents: [second] });
  expect(await sizesOf(third)).toEqual({
    [second]: { added: 2, removed: 1 },
    [third]: { added: 0, removed: 1 },
  });
});

test("a message that looks like git's own counts changes nothing", async () => {
  const message = `Trick\n\n${first}\n 9 files changed, 900 insertions(+), 900 deletions(-)\n`;
  const commit = await givenCommit(directory, { files: { "c.txt": "one\n" }, parents: [first], message });
  expect(await sizesOf(commit)).toEqual({ [commit]: { added: 1, removed: 0 } });
});

test("a merge counts nothing of its own", async () => {
  const side = await givenCommit(directory, { files: { "d.txt": "d\n" }, parents: [first] });
  const merge = await givenCommit(directory, { files: { "d.txt": "d\n" }, parents: [first, side] });
  expect((await sizesOf(merge))[merge]).toEqual({ added: 0, removed: 0 });
});
