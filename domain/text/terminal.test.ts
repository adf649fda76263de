import { expect, test } from "vitest";
import { plainLines } from "@/domain/text/terminal";

test("colours are taken out", () =>
  expect(plainLines("\u001b[32mok\u001b[0m 12 tests\n")).toEqual(["ok 12 tests"]));

test("a link of the terminal leaves its words", () =>
  expect(plainLines("\u001b]8;;https://evil.test\u0007docs\u001b]8;;\u0007")).toEqual(["docs"]));

test("a line that was rewritten shows its last state", () =>
  expect(plainLines("10 %\r50 %\r100 %\ndone\r\n")).toEqual(["100 %", "done"]));

test("empty lines in the middle stay", () => expect(plainLines("a\n\nb")).toEqual(["a", "", "b"]));

test("nothing is no line", () => expect(plainLines("")).toEqual([]));
