import fs from "node:fs";

const TICK_MS = 10;

/** Milliseconds of CPU that a process and all that it started and outlived have used so far. Linux only. */
export function cpuOf(pid: number): number {
  const fields = statOf(pid);
  if (!fields) return 0;
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
  return (user + system + childUser + childSystem) * TICK_MS;
}

/** The same of a PostgreSQL server: its postmaster, whose backends that have ended count in it, and those that live. */
export function cpuOfPostgres(postmaster: number): number {
  const backends = fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(statOf(pid)?.[1]) === postmaster);
  return [postmaster, ...backends].reduce((sum, pid) => sum + cpuOf(pid), 0);
}

/** What follows the name in /proc/<pid>/stat: state, parent, … */
function statOf(pid: number): string[] | null {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}
