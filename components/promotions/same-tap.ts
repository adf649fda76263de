/** Nobody reads what a button has come to say, and means it, in less. */
const LEAST_THOUGHT_MS = 500;

/**
 * The second half of a double tap is no second thought. `detail` is the click's own count, which some phones leave at
 * 1; `sinceAsked` is the time in milliseconds since the tap that asked.
 */
export function isSameTap(detail: number, sinceAsked: number): boolean {
  return detail > 1 || sinceAsked < LEAST_THOUGHT_MS;
}
