import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseSha } from "@/domain/git/sha";
import { PipelineDefinition } from "@/domain/pipelines/definition";
import { jobName, jobOrder } from "@/domain/pipelines/job-order";
import { groupOf, plannedJobs } from "@/domain/pipelines/planned-jobs";
import type { JobState } from "@/domain/pipelines/status";
import type { Context } from "../context";
import { checkoutTree } from "../git/files";
import { recordRun } from "../pipelines/record-run";
import { type RunRow, readRepository, readRun } from "../pipelines/rows";
import { repositoryDirectory } from "../repositories/location";
import { collectReports, type ReportFile } from "../runner/reports";
import type { Calendar, Clock } from "./calendar";

type DoneJob = {
  key: string;
  needs: readonly string[];
  name: string;
  state: Extract<JobState, "passed" | "failed" | "skipped">;
  exitCode?: number;
  reason?: string;
  log: string;
  reports: ReportFile[];
  artifacts: { componentKey: string; file: string }[];
};

/** How long the organisation's own CI took for each kind of job, in seconds. */
const DURATIONS: Record<string, readonly [number, number]> = {
  build: [70, 160],
  unit: [45, 120],
  scan: [20, 50],
  configuration: [2, 6],
};

/**
 * The CI that the organisation had before: it builds a queued run's commit by the commit's own pipeline file, with the
 * very commands, and reports the result as any outside system does. Only the durations are the story's.
 */
export async function buildOutside(
  ctx: Context,
  runId: string,
  clock: Clock,
  calendar: Calendar,
): Promise<void> {
  const run = await readRun(ctx.db, runId);
  if (run.state !== "queued") return;
  const repository = await readRepository(ctx.db, run.repositoryId);
  const definition = PipelineDefinition.parse(run.definition);
  const directory = await mkdtemp(path.join(tmpdir(), "clearway-demonstration-"));
  try {
    await checkoutTree(
      repositoryDirectory(ctx, repository),
      parseSha(run.commitSha),
      path.join(directory, "work"),
    );
    const done = await runJobs(definition, path.join(directory, "work"));
    const jobs = timed(done, run, clock, calendar);
    const failed = done.filter((job) => job.state === "failed").map((job) => `${job.name} failed.`);
    await recordRun(ctx, {
      repositoryId: run.repositoryId,
      ref: run.ref,
      commitSha: run.commitSha,
      treeOid: run.treeOid,
      jobs: jobs.map(({ artifacts: _, needs: __, ...job }) => job),
      artifacts: done.flatMap((job) => job.artifacts),
      ...(failed.length > 0 ? { state: "failed", reason: failed.join(" ") } : { state: "passed" }),
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function runJobs(definition: PipelineDefinition, directory: string): Promise<DoneJob[]> {
  const done: DoneJob[] = [];
  const planned = plannedJobs(definition);
  for (const key of jobOrder(planned)) {
    const job = planned.jobs[key];
    if (!job) continue;
    const missing = job.needs.find((need) => done.find((one) => one.key === need)?.state !== "passed");
    const base = { key, needs: job.needs, name: jobName(job), log: "", artifacts: [], reports: [] };
    if (missing !== undefined) {
      done.push({ ...base, state: "skipped", reason: `Needs ${missing}, which did not pass.` });
      continue;
    }
    // One directory serves all jobs; what an earlier one reported is not this one's.
    await rm(path.join(directory, "reports"), { recursive: true, force: true });
    const { code, log } = await runCommands(job.commands, directory, job.values ?? {});
    const { files } = await collectReports(directory, job.reports.junit);
    done.push({
      ...base,
      log,
      reports: [...files],
      state: code === 0 ? "passed" : "failed",
      exitCode: code,
      ...(code === 0 ? {} : { reason: `Ended with code ${code}.` }),
      artifacts:
        code === 0
          ? job.artifacts.map(({ component, path: file }) => ({
              componentKey: component,
              file: path.join(directory, file),
            }))
          : [],
    });
  }
  return done;
}

async function runCommands(
  commands: readonly string[],
  directory: string,
  values: Readonly<Record<string, string>>,
): Promise<{ code: number; log: string }> {
  const script = commands.map(
    (command) => `printf '%s\\n' '$ ${command.replaceAll("'", "'\\''")}'\n${command}`,
  );
  return new Promise((resolve) => {
    const matrix = Object.entries(values).map(([name, value]) => [`MATRIX_${name.toUpperCase()}`, value]);
    const environment = {
      ...Object.fromEntries(matrix),
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LC_ALL: "C",
      CI: "true",
    };
    execFile(
      "/bin/sh",
      ["-c", ["exec 2>&1", "set -e", ...script].join("\n")],
      { cwd: directory, env: environment as Record<string, string> as NodeJS.ProcessEnv, timeout: 60_000 },
      (error, stdout) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, log: stdout });
      },
    );
  });
}

/** Gives the jobs their places in the story's time, each as soon as what it needs is done; the story goes on at the end. */
function timed(jobs: readonly DoneJob[], run: RunRow, clock: Clock, calendar: Calendar) {
  const begun = clock.now.getTime();
  const ends = new Map<string, number>();
  const placed = jobs.map((job) => {
    const spread = (what: string, min: number, max: number) =>
      calendar.spread(`${run.treeOid}:${job.key}:${what}`, min, max) * 1000;
    const queued = Math.max(begun, ...job.needs.map((need) => ends.get(need) ?? begun));
    const queuedAt = new Date(queued);
    if (job.state === "skipped") {
      ends.set(job.key, queued);
      return { ...job, queuedAt: null, startedAt: null, finishedAt: queuedAt };
    }
    const started = queued + spread("queue", 3, 25);
    const [min, max] = DURATIONS[groupOf(job.key)] ?? [20, 60];
    const finished = started + spread("run", min, max);
    ends.set(job.key, finished);
    return { ...job, queuedAt, startedAt: new Date(started), finishedAt: new Date(finished) };
  });
  clock.to(new Date(Math.max(begun, ...ends.values())));
  return placed;
}
