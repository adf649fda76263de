import { expect, test } from "vitest";
import { whyNotDeleted } from "./deletion";

const MINE = {
  name: "feature/2026.21/PAY-412-retry",
  kind: "feature",
  isMine: true,
  isMerged: false,
} as const;
const developer = { mayDeleteAny: false };
const lead = { mayDeleteAny: true };

test("one's own branch may be deleted, whatever is on it", () => {
  expect(whyNotDeleted(MINE, developer)).toBeNull();
});

test("somebody else's branch may be deleted by a tech lead, or once its base has everything of it", () => {
  const theirs = { ...MINE, isMine: false };
  expect(whyNotDeleted(theirs, developer)).toMatch(/a tech lead/);
  expect(whyNotDeleted(theirs, lead)).toBeNull();
  expect(whyNotDeleted({ ...theirs, isMerged: true }, developer)).toBeNull();
});

test.each([
  ["master", "master"],
  ["sprint/2026.21", "sprint"],
  ["hotfix/PAY-9", "hotfix"],
  ["qa", "environment"],
] as const)("%s is deleted by nobody", (name, kind) => {
  expect(whyNotDeleted({ ...MINE, name, kind }, lead)).toMatch(/is protected/);
});

test("a branch whose pull request is open, or that is being promoted, stays, and says which", () => {
  expect(whyNotDeleted({ ...MINE, openPullRequest: 12 }, lead)).toMatch(/#12 is open/);
  expect(whyNotDeleted({ ...MINE, openPromotion: 7 }, lead)).toMatch(/#7 is under way/);
});

test.each(["a b", "-x", "--upload-pack=x", "a..b", "x.lock", "été", 'a"b'])(
  "the name %j is not put in a command",
  (name) => expect(whyNotDeleted({ ...MINE, name, kind: "other" }, lead)).toMatch(/with git/),
);
