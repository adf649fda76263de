import { anyFreePort } from "../../scripts/platform/ports.mjs";

/**
 * Ports that nobody listens on now, all different, and below those that outgoing connections are given: what is found
 * free is bound seconds later, or again after a restart, and until then no request of the other lane may sit on it.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await anyFreePort());
  return [...ports];
}
