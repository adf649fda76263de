import { describe, expect, test } from "vitest";
import { planImport } from "./import-plan";

const sha = "1".repeat(40);
const refs = (...names: string[]) => names.map((name) => ({ name, sha }));

describe("what is taken from a source", () => {
  test("its branches and tags, master as master", () => {
    expect(
      planImport(refs("refs/heads/master", "refs/heads/sprint/2026.21", "refs/tags/v1"), null),
    ).toMatchObject({
      kind: "take",
      refs: [{ to: "refs/heads/master" }, { to: "refs/heads/sprint/2026.21" }, { to: "refs/tags/v1" }],
      leftOut: [],
    });
  });

  test("a source without master asks which branch it is, the likely one first", () => {
    expect(
      planImport(refs("refs/heads/develop", "refs/heads/a", "refs/heads/main", "refs/tags/master"), null),
    ).toEqual({
      kind: "asks",
      branches: ["main", "develop", "a"],
    });
    expect(planImport([], null)).toEqual({ kind: "asks", branches: [] });
  });

  test("the chosen branch becomes master, and one that is not there is asked for again", () => {
    const source = refs("refs/heads/main", "refs/heads/master");
    expect(planImport(source, "main")).toMatchObject({
      refs: [{ from: "refs/heads/main", to: "refs/heads/master" }],
      leftOut: [{ name: "refs/heads/master", reason: "main becomes master instead" }],
    });
    expect(planImport(source, "gone")).toMatchObject({ kind: "asks", branches: ["main", "master"] });
  });

  test.each([
    "refs/heads/-upload-pack=x",
    "refs/heads/$(id)",
    "refs/heads/a;id",
    "refs/heads/refs/heads/x",
    "refs/heads/HEAD",
    `refs/heads/${sha}`,
    "refs/heads/<script>",
    "refs/heads/a\u202eb",
    `refs/heads/${"x".repeat(300)}`,
    "refs/clearway/candidates/1/1",
    "refs/pull/1/head",
    "refs/notes/commits",
    "refs/tags/rel/1",
    "refs/tags/REL/1",
    "refs/tags/env/production",
    "refs/tags/env",
    "HEAD",
  ])("%s is left out and said so", (name) => {
    const plan = planImport(refs("refs/heads/master", name), null);
    expect(plan).toMatchObject({ kind: "take", refs: [{ to: "refs/heads/master" }] });
    expect(plan.kind === "take" && plan.leftOut).toHaveLength(1);
  });
});
