import { expect, test } from "vitest";
import { splitName } from "./branch-name";

test("a name is cut in its middle, before its last part where that is short", () => {
  expect(splitName("master")).toEqual(["master", ""]);
  expect(splitName("feature/2026.21/PAY-412-retry")).toEqual(["feature/2026.21/", "PAY-412-retry"]);
  const long = "feature/2026.21/PAY-412-retry-every-timeout-of-the-bank";
  const [beginning, end] = splitName(long);
  expect(beginning + end).toBe(long);
  expect(end).toHaveLength(22);
  expect(splitName(`x/${"🙂".repeat(30)}`).join("")).toBe(`x/${"🙂".repeat(30)}`);
});
