import { rename } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Sha } from "@/domain/git/sha";
import { keptChangedFiles, keptCommits, keptMergeBase } from "./kept-readings";
import { givenCommit, givenDirectory, givenRepository, type Scratch } from "./testing/given-repository";

let scratch: Scratch;
let directory: string;
let first: Sha;
let second: Sha;

beforeEach(async () => {
  scratch = await givenDirectory();
  directory = await givenRepository(scratch.directory);
  first = await givenCommit(directory, { files: { "a.txt": "1\n" } });
  second = await givenCommit(directory, { files: { "a.txt": "2\n" }, parents: [first] });
});
afterEach(() => scratch.remove());

const range = () => ({ include: [second], exclude: [first], limit: 10 });

test("what lies between two commits is read once", async () => {
  const commits = await keptCommits(directory, range());
  const files = await keptChangedFiles(directory, first, second);
  expect(commits.map(({ sha }) => sha)).toEqual([second]);
  expect(files.map(({ path }) => path)).toEqual(["a.txt"]);
  await rename(directory, `${directory}-away`);
  expect(await keptCommits(directory, range())).toEqual(commits);
  expect(await keptChangedFiles(directory, first, second)).toEqual(files);
});

test("other commits, another limit and another repository are other readings", async () => {
  await keptCommits(directory, range());
  expect(await keptCommits(directory, { ...range(), exclude: [] })).toHaveLength(2);
  expect(await keptCommits(directory, { ...range(), exclude: [], limit: 1 })).toHaveLength(1);
  await expect(keptCommits(await givenRepository(scratch.directory, "other.git"), range())).rejects.toThrow();
});

test("that there is no common ancestor is known as well, and a failure is not kept", async () => {
  const stranger = await givenCommit(directory, { files: { "b.txt": "1\n" } });
  expect(await keptMergeBase(directory, first, stranger)).toBeNull();
  await rename(directory, `${directory}-away`);
  expect(await keptMergeBase(directory, first, stranger)).toBeNull();
  await expect(keptMergeBase(directory, first, second)).rejects.toThrow();
  await rename(`${directory}-away`, directory);
  expect(await keptMergeBase(directory, first, second)).toBe(first);
});
