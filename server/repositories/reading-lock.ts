import { advisoryLock } from "../advisory-lock";

/** By repository, "CWRR": one reading at a time, so that an older list of heads never overwrites a newer one. */
export const withReadingLock = advisoryLock(0x43_57_52_52, 3);
