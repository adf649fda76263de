import path from "node:path";
import { describe, expect, it } from "vitest";
import { playwrightFailures, vitestFailures } from "./failures.mjs";

const file = (status: string, rest: object) => ({ name: path.resolve("domain/x.test.ts"), status, ...rest });

describe("what failed is named at the end", () => {
  it("a test by its file, its title and the beginning of its message", () => {
    const message = [
      "\u001b[31mexpected 1 to be 2\u001b[39m",
      ...Array.from({ length: 40 }, () => "  at x"),
    ].join("\n");
    const [failure, ...others] = vitestFailures([
      file("passed", { assertionResults: [{ status: "passed", fullName: "is well" }] }),
      file("failed", {
        assertionResults: [
          { status: "passed", fullName: "is well" },
          { status: "failed", fullName: "counts to two", failureMessages: [message] },
        ],
      }),
    ]);
    expect(others).toEqual([]);
    expect(failure?.split("\n").slice(0, 2)).toEqual([
      "domain/x.test.ts › counts to two",
      "    expected 1 to be 2",
    ]);
    expect(failure?.split("\n")).toHaveLength(13);
  });

  it("a file that did not load by itself", () => {
    expect(vitestFailures([file("failed", { message: "no such module", assertionResults: [] })])).toEqual([
      "domain/x.test.ts\n    no such module",
    ]);
  });

  it("a browser test wherever it stands among the suites", () => {
    const spec = (ok: boolean, message?: string) => ({
      ok,
      title: "signs in",
      file: "sign-in.spec.ts",
      line: 7,
      tests: [{ results: [message === undefined ? {} : { error: { message } }] }],
    });
    expect(
      playwrightFailures([
        { specs: [spec(true)], suites: [{ specs: [spec(false, "Timed out"), spec(true)] }] },
      ]),
    ).toEqual(["sign-in.spec.ts:7 › signs in\n    Timed out"]);
  });
});
