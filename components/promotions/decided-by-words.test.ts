import { expect, test } from "vitest";
import { type DecidedByWords, decidedByWords } from "./decided-by-words";

const of = (version: number, key = "merges", name = "Merges") => ({ key, name, version });
const now = (version: number, over: { stricter?: string[]; asksForLess?: boolean } = {}) => ({
  ...of(version),
  stricter: [],
  asksForLess: false,
  ...over,
});
const as = { isStricter: false, isClosed: false, earlier: [], now: null };
const more = { stricter: ["also asks for 1 of QA"] };
const less = { asksForLess: true };

test.each<[string, Parameters<typeof decidedByWords>[1], DecidedByWords["also"], string | null, boolean]>([
  ["the policy as it is", as, "", null, false],
  ["it became stricter while this waited, and still is", { ...as, earlier: [of(1)] }, "", null, false],
  [
    "it became stricter in one thing and looser in another",
    { ...as, isStricter: true, earlier: [of(1)] },
    ", and by version 1 where that asked for more",
    null,
    false,
  ],
  [
    "twice, once by another policy",
    { ...as, isStricter: true, earlier: [of(4, "old", "Old merges"), of(1)] },
    ", and by Old merges, version 4 and version 1 where that asked for more",
    null,
    false,
  ],
  [
    "it became looser: by the version it began with",
    { ...as, now: now(3, less) },
    "",
    "Version 3 is in force since and asks for less. This keeps version 2, which it began with.",
    true,
  ],
  [
    "stricter in between and put back: by more than it began with, and more than is asked now",
    { ...as, earlier: [of(1)], now: now(3, less) },
    "",
    "It began under version 1. Version 2 asked for more while it waited, and still counts here, although version 3 is in force now and asks for less.",
    true,
  ],
  [
    "another policy is bound there that asks for less",
    { ...as, now: { ...now(1, less), ...of(1, "light", "Light merges") } },
    "",
    "Light merges, version 1 is in force since and asks for less. This keeps version 2, which it began with.",
    true,
  ],
  [
    "another version that asks this for the same",
    { ...as, now: now(3) },
    "",
    "Version 3 is in force since. It asks the same people and checks, so nothing changes here.",
    false,
  ],
  [
    "about to be asked for more",
    { ...as, now: now(3, more) },
    "",
    "Version 3 asks for more: that counts here in a moment.",
    false,
  ],
  [
    "about to be asked for more in one thing, less in another",
    { ...as, now: now(3, { ...more, ...less }) },
    "",
    "Version 3 asks for more: that counts here in a moment.",
    false,
  ],
  ["closed", { ...as, isClosed: true }, "", "No policy is bound there now: it waits until one is.", false],
])("decided by version 2: %s", (_, decidedBy, also, note, isLessAnew) => {
  expect(decidedByWords(of(2), decidedBy, false)).toEqual({ also, note, isLessAnew });
});

test("votes that end are announced", () => {
  expect(decidedByWords(of(2), { ...as, now: now(3, more) }, true).note).toBe(
    "Version 3 asks for more: that counts here in a moment, and votes begin again.",
  );
});
