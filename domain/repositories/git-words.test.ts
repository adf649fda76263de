import { expect, test } from "vitest";
import { progressOf, reasonInWords } from "./git-words";

test("progress is the last that git said", () => {
  expect(progressOf("remote: Counting objects: 100% (3/3), done.\n")).toBeNull();
  expect(progressOf("Receiving objects:   4% (1/23)\rReceiving objects:  56% (13/23), 1.2 MiB")).toEqual({
    phase: "receiving",
    percent: 56,
  });
  expect(progressOf("Receiving objects: 100%\rResolving deltas:  10% (1/10)")).toEqual({
    phase: "checking",
    percent: 10,
  });
  expect(progressOf("Receiving objects: 999%")).toEqual({ phase: "receiving", percent: 100 });
});

test("git's reason is told without paths, progress and control characters", () => {
  const said =
    "Receiving objects: 10%\rremote: Counting objects: 3\u001b[31m\nfatal: not our ref in /data/x.git\u0007\nfatal: not our ref in /data/x.git\nhint: no\n";
  expect(reasonInWords(said, ["/data/x.git"])).toBe("fatal: not our ref in the repository");
  expect(reasonInWords("warning: only that\n", [])).toBe("");
  expect(reasonInWords(`fatal: ${"x".repeat(2000)}`, []).length).toBeLessThanOrEqual(400);
});
