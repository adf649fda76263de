import { env } from "./env";

/**
 * Where fault tests kill the process (CLEARWAY_FAILPOINTS names the points). The bundler replaces the constant:
 * a release build has no trace of it.
 */
export function failpoint(name: string): void {
  if (typeof __FAILPOINTS__ === "undefined" || !__FAILPOINTS__) return;
  if (env.failpoints.includes(name)) process.kill(process.pid, "SIGKILL");
}
