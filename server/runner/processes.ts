import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

type ProcessFacts = { readonly pid: number; readonly session: number; readonly startedAt: string };

const hasProc = process.platform === "linux";

/** When a process was started, as the system tells it: pid and this together name a process for good. */
export function processStartedAt(pid: number): string | null {
  if (hasProc) return readStat(pid)?.startedAt ?? null;
  try {
    const told = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return told.trim() === "" ? null : told.trim().replace(/\s+/g, "_");
  } catch {
    return null;
  }
}

/** A group of the job's own, far above those that people have: a process cannot leave it, whatever else it does. */
export function groupOfMark(mark: string): number {
  return 0x4000_0000 + (createHash("sha256").update(mark).digest().readUInt32BE(0) & 0x0fff_ffff);
}

/**
 * The living processes of a job: its session, and those that left the session but are still in the job's group or
 * carry its mark in their environment (Linux only). A session whose number now belongs to a stranger is left alone.
 */
export function jobProcesses(leader: { pid: number; startedAt: string; mark: string }): number[] {
  const found = processStartedAt(leader.pid);
  const isOurSession = found === null || found === leader.startedAt;
  const group = String(groupOfMark(leader.mark));
  return listProcesses()
    .filter(
      (one) =>
        (isOurSession && one.session === leader.pid) ||
        isInGroup(one.pid, group) ||
        hasMark(one.pid, leader.mark),
    )
    .map((one) => one.pid);
}

export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone already is what we want; anything else shows in the next listing.
    if (!(error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM")))
      throw error;
  }
}

function listProcesses(): ProcessFacts[] {
  if (hasProc) {
    return readdirSync("/proc").flatMap((name) => {
      const facts = /^\d+$/.test(name) ? readStat(Number(name)) : null;
      return facts === null ? [] : [facts];
    });
  }
  const told = execFileSync("ps", ["-axo", "pid=,pgid="], { encoding: "utf8" });
  return told.split("\n").flatMap((line) => {
    const [pid, group] = line.trim().split(/\s+/).map(Number);
    return pid === undefined || group === undefined ? [] : [{ pid, session: group, startedAt: "" }];
  });
}

/** Null for a process that is gone, and for a zombie: it does nothing any more. */
function readStat(pid: number): ProcessFacts | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(") ") + 2).split(" ");
    const [state, session, startedAt] = [fields[0], fields[3], fields[19]];
    if (state === "Z" || state === "X" || session === undefined || startedAt === undefined) return null;
    return { pid, session: Number(session), startedAt };
  } catch {
    return null;
  }
}

function isInGroup(pid: number, group: string): boolean {
  if (!hasProc) return false;
  try {
    const groups = /^Groups:\t(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? "";
    return groups.split(" ").includes(group);
  } catch {
    return false;
  }
}

function hasMark(pid: number, mark: string): boolean {
  if (!hasProc) return false;
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").includes(mark);
  } catch {
    return false;
  }
}
