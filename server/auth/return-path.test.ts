import { describe, expect, test } from "vitest";
import { returnPath } from "./return-path";

describe("after sign-in one lands on a page of Clearway", () => {
  test.each(["/", "/promotions/12", "/promotions?view=mine&product=payments"])("%s is kept", (path) => {
    expect(returnPath(path)).toBe(path);
  });

  test("Next's own mark is taken off", () => {
    expect(returnPath("/promotions?view=mine&_rsc=1x2y")).toBe("/promotions?view=mine");
  });

  test.each([
    null,
    "",
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/.//evil.example",
    "javascript:alert(1)",
    "/\nSet-Cookie: a=b",
    "/api/sign-out",
    "/sign-in?next=/",
    "promotions",
  ])("%j leads home", (path) => {
    expect(returnPath(path)).toBe("/");
  });
});
