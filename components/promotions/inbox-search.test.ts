import { expect, test } from "vitest";
import { inboxHref, isBeforeFirst, readInboxSearch, waitingSectionOf } from "./inbox-search";

test("an address that makes no sense shows everything", () => {
  expect(readInboxSearch({ view: "nonsense", before: "-3", product: ["a", "b"] })).toEqual({
    view: "all",
    limit: 50,
  });
});

test("what is read from an address leads back to it", () => {
  const input = readInboxSearch({ view: "mine", product: "payments", before: "41" });
  expect(inboxHref(input)).toBe("/promotions?view=mine&product=payments&before=41");
});

test("what waits for me stands apart on the first page of everything only", () => {
  expect(waitingSectionOf(readInboxSearch({ product: "ledger" }))).toMatchObject({
    view: "waits-for-me",
    productKey: "ledger",
  });
  expect(waitingSectionOf(readInboxSearch({ before: "9" }))).toBeNull();
  expect(waitingSectionOf(readInboxSearch({ view: "done" }))).toBeNull();
});

test("only the whole list can be one in which nothing was ever asked for", () => {
  expect(isBeforeFirst(readInboxSearch({}), 0)).toBe(true);
  expect(isBeforeFirst(readInboxSearch({}), 1)).toBe(false);
  for (const narrowed of [{ view: "mine" }, { product: "ledger" }, { before: "41" }]) {
    expect(isBeforeFirst(readInboxSearch(narrowed), 0)).toBe(false);
  }
});
