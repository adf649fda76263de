import { expect, test } from "vitest";
import { whatWithdrawingDoes } from "./what-withdrawing-does";

test.each([
  [0, 0, "No promotion waits for it. It runs nowhere else."],
  [
    1,
    1,
    "1 promotion that waits for it is cancelled. It goes on running in 1 other slot, which is marked as withdrawn.",
  ],
  [
    3,
    2,
    "3 promotions that wait for it are cancelled. It goes on running in 2 other slots, which are marked as withdrawn.",
  ],
])("%i that wait and %i other slots are counted in words", (waiting, runsElsewhere, words) => {
  expect(whatWithdrawingDoes({ waiting, runsElsewhere })).toBe(
    `Nobody can ask for it again, in any environment or for any client. ${words}`,
  );
});
