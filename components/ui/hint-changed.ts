/** Dispatched, bubbling, at an element whose `data-tip` has changed: a hint that is shown then follows. */
export const HINT_CHANGED = "clearway:hint";
