import { expect, test } from "vitest";
import { visibleControls } from "./visible-controls";

test("plain text is one part, and an empty text none", () => {
  expect(visibleControls("feature/2026.21/PAY-412-café-支払い")).toEqual([
    { kind: "text", text: "feature/2026.21/PAY-412-café-支払い" },
  ]);
  expect(visibleControls("")).toEqual([]);
});

test("a right-to-left override is shown, not obeyed", () => {
  expect(visibleControls("pay\u202Egpj.exe")).toEqual([
    { kind: "text", text: "pay" },
    { kind: "control", code: "U+202E" },
    { kind: "text", text: "gpj.exe" },
  ]);
});

test.each(["\u200B", "\u2066", "\u0000", "\u001B", "\uFEFF", "\u00AD", "\u{E0041}"])(
  "an invisible character is never part of the text: %j",
  (character) => {
    const parts = visibleControls(`a${character}b`);
    expect(parts.map((part) => part.kind)).toEqual(["text", "control", "text"]);
  },
);

test("tab and newline are text", () => {
  expect(visibleControls("a\tb\nc")).toHaveLength(1);
});
