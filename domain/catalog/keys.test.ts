import { describe, expect, test } from "vitest";
import { CatalogKey } from "./keys";
import { suggestKey } from "./suggest-key";

describe("a key", () => {
  test.each(["a", "payments", "payout-vm", "a1-b2", "x".repeat(40)])("may be %s", (key) => {
    expect(CatalogKey.safeParse(key).success).toBe(true);
  });

  test.each([
    "",
    "-",
    "--upload-pack",
    "-a",
    "a-",
    "a--b",
    "A",
    "a_b",
    "a.b",
    "a/b",
    "../a",
    "1a",
    "a b",
    "a\n",
    "ä",
    "a\0",
    "$(id)",
    "x".repeat(41),
  ])("may not be %j", (key) => {
    expect(CatalogKey.safeParse(key).success).toBe(false);
  });

  test.each([
    ["Payments API", "payments-api"],
    ["  Über Zahlung  ", "uber-zahlung"],
    ["3D Secure", "d-secure"],
    ["a--b__c", "a-b-c"],
    ["<script>", "script"],
    ["支払い", ""],
    ["!!!", ""],
    [`${"long ".repeat(20)}`, "long-long-long-long-long-long-long-long"],
  ])("suggested for %j is %j", (name, key) => {
    expect(suggestKey(name)).toBe(key);
    if (key !== "") expect(CatalogKey.safeParse(key).success).toBe(true);
  });
});
