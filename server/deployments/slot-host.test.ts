import { expect, test } from "vitest";
import { env } from "../env";
import { slotHostTokenFor } from "./slot-host";

test("each host is shown a token of its own", () => {
  const tokens = [
    "https://slots.example.com/a",
    "https://slots.example.com:8443",
    "https://elsewhere.example.com",
  ].map(slotHostTokenFor);
  expect(new Set([...tokens, env.slotHostToken]).size).toBe(4);
});

test("the path changes nothing: a token belongs to an origin", () => {
  expect(slotHostTokenFor("https://slots.example.com/payments")).toBe(
    slotHostTokenFor("https://slots.example.com/"),
  );
});

test.each(["http://127.0.0.1:4000", "http://localhost:3010", "http://[::1]:9000"])(
  "%s is the program's own slot host",
  (url) => {
    expect(slotHostTokenFor(url)).toBe(env.slotHostToken);
  },
);
