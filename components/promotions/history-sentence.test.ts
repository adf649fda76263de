import { expect, test } from "vitest";
import { type AuditRow, tellHistory } from "./history-sentence";

const row = (action: string, payload: object, actorName = "Jonas Weber") => ({
  action,
  actorName,
  payload: JSON.stringify(payload),
});

/** Where nobody had voted. */
const tell = (one: AuditRow) => tellHistory(one, () => false);

test("a vote names the revision it was given to", () => {
  expect(tell(row("promotion.approved", { after: { revision: 3 }, reason: null }))).toEqual({
    who: "Jonas Weber",
    sentence: "approved revision 3",
    because: null,
  });
});

test("a new revision says why it came to be", () => {
  const line = tell(
    row(
      "promotion.revised",
      { after: { revision: 2 }, reason: "sprint/2026.21 moved from 1111111 to 2222222" },
      "Clearway (promotions.evaluate)",
    ),
  );
  expect(line.who).toBe("Clearway");
  expect(line.sentence).toBe("made revision 2");
  expect(line.because).toBe("sprint/2026.21 moved from 1111111 to 2222222");
});

test("a new revision says that votes ended where there were some", () => {
  const revised = row("promotion.revised", { after: { revision: 2 } });
  expect(tellHistory(revised, (revision) => revision === 2).sentence).toBe(
    "made revision 2; earlier votes ended",
  );
  expect(tellHistory(revised, (revision) => revision === 3).sentence).toBe("made revision 2");
});

test("where nobody gave a reason, the outcome's own sentence is told", () => {
  const after = { state: "failed", detail: "The slot host refused the artifact." };
  expect(tell(row("promotion.failed", { after })).because).toBe("The slot host refused the artifact.");
});

test("what is not known here, or cannot be read, is still told", () => {
  expect(tell({ action: "promotion.audited_twice", actorName: "Ada", payload: "{" })).toEqual({
    who: "Ada",
    sentence: "audited twice",
    because: null,
  });
});

test("what Clearway finds while a person's vote is written is not told as that person's doing", () => {
  expect(tell(row("promotion.made_ready", { after: { state: "ready" } }))).toEqual({
    who: "Clearway",
    sentence: "found everything that was asked for",
    because: null,
  });
});

test("a vote taken back after the last one makes Clearway ask again", () => {
  const payload = { before: { state: "ready" }, after: { state: "awaiting_approval" } };
  expect(tell(row("promotion.asked_for_approval", payload))).toMatchObject({
    who: "Clearway",
    sentence: "asked for approval again",
  });
});
