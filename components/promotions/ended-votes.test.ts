import { expect, test } from "vitest";
import { votesEndedBy } from "./ended-votes";

const vote = (revision: number, voidedAt: Date | null = null) => ({ revision, voidedAt });

test("a revision ends the votes on the one before that still stood, and no others", () => {
  const stood = vote(2);
  expect(votesEndedBy(3, [vote(1), stood, vote(2, new Date(0)), vote(3)])).toEqual([stood]);
});

test("where nobody had voted, none ended", () => {
  expect(votesEndedBy(2, [])).toEqual([]);
  expect(votesEndedBy(3, [vote(1)])).toEqual([]);
});
