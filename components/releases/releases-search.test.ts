import { expect, test } from "vitest";
import { readReleasesSearch, releaseHref, releasesHref, releasesInput } from "./releases-search";

test("the filters are the address, both ways", () => {
  const address = readReleasesSearch({ state: "withdrawn", product: "payments", version: "2026.21" });
  expect(releasesHref(address)).toBe("/releases?state=withdrawn&product=payments&version=2026.21");
  expect(releasesInput(address)).toEqual({
    state: "withdrawn",
    limit: 50,
    productKey: "payments",
    version: "2026.21",
  });
});

test("what cannot be meant is passed over", () => {
  expect(releasesHref(readReleasesSearch({ state: "evil", before: "../x" }))).toBe("/releases");
});

test("a release's address holds whatever its names hold", () => {
  expect(releaseHref("a/b", "2026.21.4")).toBe("/releases/a%2Fb/2026.21.4");
});
