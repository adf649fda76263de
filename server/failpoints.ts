import { env } from "./env";

const passed = new Map<string, number>();

/**
 * Where fault tests kill the process. CLEARWAY_FAILPOINTS names the points: `K5`, or `K5:2` for the second time it is
 * passed. The bundler replaces the constant: a release build has neither this body nor the calls.
 *
 * K1 vote committed, K2 quorum reached, K3 claimed, K4 intent sent but not the request, K5 done but the answer not read,
 * K6 answer read but not committed, K7 confirmed but its sequel still to do, K8 reading back, K9 verifying, K10 in rollback.
 */
export function failpoint(name: string): void {
  if (typeof __FAILPOINTS__ !== "undefined" && __FAILPOINTS__) {
    const times = (passed.get(name) ?? 0) + 1;
    passed.set(name, times);
    const wanted = times === 1 ? [name, `${name}:1`] : [`${name}:${times}`];
    if (wanted.some((one) => env.failpoints.includes(one))) process.kill(process.pid, "SIGKILL");
  }
}
