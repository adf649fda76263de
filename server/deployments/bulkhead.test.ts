import { expect, test } from "vitest";
import { takePlace } from "./bulkhead";

test("a host has four places, a client two of them, and each comes back once", () => {
  const acme = [takePlace("a", "acme"), takePlace("a", "acme")];
  expect(acme.every(Boolean)).toBe(true);
  expect(takePlace("a", "acme")).toBeNull();
  const others = [takePlace("a", "globex"), takePlace("a", null)];
  expect(others.every(Boolean)).toBe(true);
  expect(takePlace("a", "initech")).toBeNull();
  expect(takePlace("b", "acme")).not.toBeNull();

  acme[0]?.();
  acme[0]?.();
  expect(takePlace("a", "acme")).not.toBeNull();
  expect(takePlace("a", "globex")).toBeNull();
});
