/** Calls that this process makes to one slot host at once, and those of them for one client. */
const PER_HOST = 4;
const PER_CLIENT = 2;

const busy = new Map<string, number>();

/**
 * A place among those who talk to a slot host, or null when all are taken: a host that hangs holds up neither other
 * hosts nor, where only some of its slots hang, other clients. Call what is returned when done.
 */
export function takePlace(host: string, clientId: string | null): (() => void) | null {
  const limits: [string, number][] = [
    [host, PER_HOST],
    [`${host} ${clientId ?? "shared"}`, PER_CLIENT],
  ];
  if (limits.some(([key, limit]) => (busy.get(key) ?? 0) >= limit)) return null;
  const count = (by: number) => {
    for (const [key] of limits) {
      const now = (busy.get(key) ?? 0) + by;
      if (now > 0) busy.set(key, now);
      else busy.delete(key);
    }
  };
  count(1);
  let isLeft = false;
  return () => {
    if (!isLeft) count(-1);
    isLeft = true;
  };
}
