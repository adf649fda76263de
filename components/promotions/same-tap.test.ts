import { expect, test } from "vitest";
import { isSameTap } from "./same-tap";

test("a click that the browser counts as the second of two is no second tap", () => {
  expect(isSameTap(2, 600)).toBe(true);
  expect(isSameTap(3, 600)).toBe(true);
});

test("a quick tap is none either where the browser counts every one as the first", () => {
  expect(isSameTap(1, 0)).toBe(true);
  expect(isSameTap(1, 499)).toBe(true);
  expect(isSameTap(0, 120)).toBe(true);
});

test("a tap of its own counts once the question could be read", () => {
  expect(isSameTap(1, 500)).toBe(false);
  expect(isSameTap(1, 3_900)).toBe(false);
  expect(isSameTap(0, 500)).toBe(false);
});
