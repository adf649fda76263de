import { env } from "./env";

/**
 * Where fault tests kill the process (CLEARWAY_FAILPOINTS names the points). The bundler replaces the constant:
 * a release build has neither this body nor the calls.
 */
export function failpoint(name: string): void {
  if (typeof __FAILPOINTS__ !== "undefined" && __FAILPOINTS__) {
    if (env.failpoints.includes(name)) process.kill(process.pid, "SIGKILL");
  }
}
