import { expect, test } from "vitest";
import { parseDiff, unquote } from "@/domain/git/diff";

test("content that looks like a diff stays content", () => {
  const [file, ...others] = parseDiff(
    [
      "diff --git a/x b/x",
      "index 1..2 100644",
      "--- a/x",
      "+++ b/x",
      "@@ -1,3 +1,4 @@ function f()",
      " diff --git a/evil b/evil",
      "--- a/evil",
      "+++ b/evil",
      "+@@ -1 +1 @@",
      " ",
      "\\ No newline at end of file",
      "",
    ].join("\n"),
  );
  expect(others).toEqual([]);
  expect(file).toMatchObject({ path: "x", status: "modified", binary: false, truncated: false });
  expect(file?.hunks).toEqual([
    {
      header: "@@ -1,3 +1,4 @@ function f()",
      lines: [
        { kind: "context", text: "diff --git a/evil b/evil", oldNumber: 1, newNumber: 1 },
        { kind: "removed", text: "-- a/evil", oldNumber: 2 },
        { kind: "added", text: "++ b/evil", newNumber: 2 },
        { kind: "added", text: "@@ -1 +1 @@", newNumber: 3 },
        { kind: "context", text: "", oldNumber: 3, newNumber: 4 },
      ],
    },
  ]);
});

test("paths with spaces, quotes and other alphabets are the paths they were", () => {
  const files = parseDiff(
    [
      "diff --git a/one b/two b/one b/two",
      "new file mode 100644",
      'diff --git "a/n\\303\\244me\\t\\"q\\"" "b/n\\303\\244me\\t\\"q\\""',
      "deleted file mode 100644",
      "diff --git a/from b/to",
      "similarity index 100%",
      "rename from from",
      'rename to "\\340\\244\\225\\n"',
      "",
    ].join("\n"),
  );
  expect(files.map(({ path, oldPath, status }) => [path, oldPath, status])).toEqual([
    ["one b/two", null, "added"],
    ['näme\t"q"', null, "deleted"],
    ["क\n", "from", "renamed"],
  ]);
});

test("several hunks and files keep their own line numbers", () => {
  const files = parseDiff(
    "diff --git a/a b/a\n@@ -5 +7,2 @@\n-x\n+y\n+z\n@@ -9,0 +12 @@\n+w\ndiff --git a/b b/b\nBinary files a/b and b/b differ\n",
  );
  expect(files[0]?.hunks.map((hunk) => hunk.lines.map((line) => [line.oldNumber, line.newNumber]))).toEqual([
    [
      [5, undefined],
      [undefined, 7],
      [undefined, 8],
    ],
    [[undefined, 12]],
  ]);
  expect(files[1]).toMatchObject({ path: "b", binary: true, hunks: [] });
});

test("a cut patch loses its half line and says so", () => {
  const files = parseDiff("diff --git a/a b/a\n@@ -1,9 +1,9 @@\n one\n tw", true);
  expect(files[0]).toMatchObject({ truncated: true });
  expect(files[0]?.hunks[0]?.lines.map((line) => line.text)).toEqual(["one"]);
  expect(parseDiff("")).toEqual([]);
});

test("carriage returns stay in the text", () => {
  const [file] = parseDiff("diff --git a/a b/a\n@@ -0,0 +1 @@\n+one\r\n");
  expect(file?.hunks[0]?.lines[0]?.text).toBe("one\r");
});

test("a broken quotation does not throw", () => {
  expect(unquote('"a\\')).toBe("a?");
  expect(unquote("plain")).toBe("plain");
});
