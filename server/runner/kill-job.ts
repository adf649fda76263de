import { setTimeout as pause } from "node:timers/promises";
import { declareLost, readBegun, readJob, readMark, type StopReason, writeStop } from "./control";
import { jobProcesses, sendSignal } from "./processes";

const LOOK_EVERY_MS = 20;
const GIVE_UP_MS = 10_000;

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
    // The whole group at one stroke first, so that a process that forks does not get ahead of the list.
    if (!isPatient && left.includes(leader.pid)) sendSignal(-leader.pid, "SIGKILL");
    for (const pid of left) {
      if (!isPatient) sendSignal(pid, "SIGKILL");
      else if (!asked.has(pid)) sendSignal(pid, "SIGTERM");
      asked.add(pid);
    }
    await pause(LOOK_EVERY_MS);
  }
}
