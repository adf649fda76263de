import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { collectReports, MAX_REPORT_BYTES, MAX_REPORT_FILES } from "./reports";

let root: string;
let work: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "clearway-reports-"));
  work = path.join(root, "work");
  await mkdir(path.join(work, "out/deep"), { recursive: true });
  await writeFile(path.join(root, "secret.xml"), "not the job's");
});
afterEach(() => rm(root, { recursive: true, force: true }));

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

test("reports are found by their patterns, in the order of their paths", async () => {
  await writeFile(path.join(work, "out/b.xml"), "b");
  await writeFile(path.join(work, "out/deep/a.xml"), "a");
  await writeFile(path.join(work, "out/a.txt"), "no");
  const { files, problems } = await collectReports(work, ["out/**/*.xml"]);
  expect(files.map((file) => [file.path, text(file.bytes)])).toEqual([
    ["out/b.xml", "b"],
    ["out/deep/a.xml", "a"],
  ]);
  expect(problems).toEqual([]);
});

test("a pattern that names nothing is told", async () => {
  const { problems } = await collectReports(work, ["out/*.xml", "**/x.xml"]);
  expect(problems.map((one) => one.path)).toEqual(["out/*.xml", "**/x.xml"]);
});

test("no link is followed: neither a file's, nor a folder's, nor the one a job swapped its folder for", async () => {
  await symlink(path.join(root, "secret.xml"), path.join(work, "out/stolen.xml"));
  await symlink(root, path.join(work, "out/up"));
  await rm(path.join(work, "out/deep"), { recursive: true });
  await symlink(root, path.join(work, "out/deep"));
  const { files, problems } = await collectReports(work, ["**/*.xml", "out/deep/secret.xml"]);
  expect(files).toEqual([]);
  expect(problems).toEqual([
    { path: "out/deep/secret.xml", problem: "No file of the job has this name." },
    { path: "out/stolen.xml", problem: "It is a symbolic link; only regular files are read." },
  ]);
});

test("a named pipe is not waited for", async () => {
  execFileSync("mkfifo", [path.join(work, "pipe.xml")]);
  expect((await collectReports(work, ["*.xml"])).problems).toEqual([
    { path: "pipe.xml", problem: "It is not a regular file." },
  ]);
});

test("size and count are limited, each with its reason", async () => {
  await writeFile(path.join(work, "big.xml"), "");
  await truncate(path.join(work, "big.xml"), MAX_REPORT_BYTES + 1);
  await Promise.all(
    Array.from({ length: MAX_REPORT_FILES + 5 }, (_, n) => writeFile(path.join(work, `out/${n}.xml`), "x")),
  );
  const { files, problems } = await collectReports(work, ["**/*.xml"]);
  expect(files.length).toBe(MAX_REPORT_FILES - 1);
  expect(problems.map((one) => one.problem)).toEqual([
    "It is larger than 10 MB.",
    "Only the first 500 files of a job are read.",
  ]);
});

test("a name that looks like an option is a name", async () => {
  await writeFile(path.join(work, "--help.xml"), "x");
  expect((await collectReports(work, ["-*.xml"])).files).toMatchObject([{ path: "--help.xml" }]);
});
