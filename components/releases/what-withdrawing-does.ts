type Elsewhere = { waiting: number; runsElsewhere: number };

/** What withdrawing a release does beyond the slot that it leaves, in sentences. */
export function whatWithdrawingDoes({ waiting, runsElsewhere }: Elsewhere): string {
  return [
    "Nobody can ask for it again, in any environment or for any client.",
    waiting === 0
      ? "No promotion waits for it."
      : `${waiting === 1 ? "1 promotion that waits for it is" : `${waiting} promotions that wait for it are`} cancelled.`,
    runsElsewhere === 0
      ? "It runs nowhere else."
      : `It goes on running in ${runsElsewhere === 1 ? "1 other slot, which is" : `${runsElsewhere} other slots, which are`} marked as withdrawn.`,
  ].join(" ");
}
