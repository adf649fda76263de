import { setTimeout as pause } from "node:timers/promises";
import { declareLost, readBegun, readJob, readMark, type StopReason, writeStop } from "./control";
import { jobProcesses, sendSignal } from "./processes";

const LOOK_EVERY_MS = 20;
const GIVE_UP_MS = 10_000;
const FREEZE_ROUNDS = 50;

type Leader = { pid: number; startedAt: string; mark: string };

/**
 * Ends every process of the job: SIGTERM, and SIGKILL for what is left after the grace. The reason is kept beside the
 * job, so that another process that adopts it tells the same. A job that is over only loses its stragglers.
 */
export async function killJob(
  controlDirectory: string,
  { reason, graceMs = 5000 }: { reason: StopReason; graceMs?: number },
): Promise<void> {
  const reading = await readJob(controlDirectory);
  if (reading.state === "running") {
    await writeStop(controlDirectory, reason);
    if (await declareLost(controlDirectory)) return;
  }
  await endProcesses(controlDirectory, reading.state === "running" ? graceMs : 0);
}

/** What a job that is over left running (a server it started, say) ends with it. */
export async function sweepJob(controlDirectory: string): Promise<void> {
  await endProcesses(controlDirectory, 0);
}

async function endProcesses(controlDirectory: string, graceMs: number): Promise<void> {
  const begun = await readBegun(controlDirectory);
  if (begun === null || begun.pid === 0) return;
  const leader = { ...begun, mark: await readMark(controlDirectory) };
  const asked = new Set<number>();
  const begin = Date.now();
  for (;;) {
    const left = jobProcesses(leader);
    if (left.length === 0 || Date.now() - begin > graceMs + GIVE_UP_MS) return;
    const isPatient = Date.now() - begin < graceMs;
    if (isPatient) {
      for (const pid of left) if (!asked.has(pid)) sendSignal(pid, "SIGTERM");
      for (const pid of left) asked.add(pid);
    } else {
      for (const pid of freeze(leader, left)) sendSignal(pid, "SIGKILL");
    }
    await pause(LOOK_EVERY_MS);
  }
}

/**
 * Stops processes until no new ones appear: one that forks as fast as the others are killed would never run out.
 * Answers with all that were seen; what is stopped cannot fork, and SIGKILL takes it all the same.
 */
function freeze(leader: Leader, left: readonly number[]): Set<number> {
  const seen = new Set<number>();
  let fresh = left;
  for (let round = 0; round < FREEZE_ROUNDS && fresh.length > 0; round += 1) {
    if (round === 0 && fresh.includes(leader.pid)) sendSignal(-leader.pid, "SIGSTOP");
    for (const pid of fresh) {
      sendSignal(pid, "SIGSTOP");
      seen.add(pid);
    }
    fresh = jobProcesses(leader).filter((pid) => !seen.has(pid));
  }
  return seen;
}
