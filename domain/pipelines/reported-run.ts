import { z } from "zod";
import { artifactPathProblem } from "./paths";

const MAX_LOG_CHARACTERS = 10 * 1024 * 1024;
const Sha = z.string().regex(/^[0-9a-f]{40}$/, "must be 40 hexadecimal digits");
const Key = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
  .max(40);
/** As planned: `unit`, or `unit/18/linux` of a matrix. */
const JobKey = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*(\/[A-Za-z0-9][A-Za-z0-9._+-]*){0,5}$/)
  .max(250);

const ReportedFile = z.strictObject({
  path: z.string().min(1).max(300),
  bytes: z.instanceof(Uint8Array),
});

const ReportedJob = z
  .strictObject({
    key: JobKey,
    name: z.string().trim().min(1).max(300),
    state: z.enum(["passed", "failed", "timed_out", "cancelled", "skipped", "interrupted"]),
    /** The three moments are in this order; a skipped job has none but the last. */
    queuedAt: z.date().nullable(),
    startedAt: z.date().nullable(),
    finishedAt: z.date(),
    reason: z.string().max(500).optional(),
    exitCode: z.int().optional(),
    log: z.string().max(MAX_LOG_CHARACTERS).optional(),
    /** JUnit files as the job wrote them. */
    reports: z.array(ReportedFile).max(500).default([]),
  })
  .superRefine((job, context) => {
    const times = [job.queuedAt, job.startedAt, job.finishedAt].filter((time) => time !== null);
    const isOrdered = times.every((time, index) => index === 0 || (times[index - 1] ?? time) <= time);
    if (!isOrdered) {
      const message = `The times of the job "${job.key}" are not in the order queued, started, finished.`;
      context.addIssue({ code: "custom", message });
    }
    if (job.state === "passed" && (job.queuedAt === null || job.startedAt === null)) {
      context.addIssue({
        code: "custom",
        message: `The job "${job.key}" passed, so it must say when it started.`,
      });
    }
  });

/** A finished run as another system tells of it. Artifacts are given as a file on this machine or as bytes. */
export const ReportedRun = z
  .strictObject({
    repositoryId: z.uuid(),
    ref: z.string().min(1).max(244),
    commitSha: Sha,
    treeOid: Sha,
    state: z.enum(["passed", "failed", "cancelled", "interrupted"]),
    reason: z.string().max(500).optional(),
    jobs: z.array(ReportedJob).min(1).max(50),
    artifacts: z
      .array(
        z
          .strictObject({
            componentKey: Key,
            /** The job that kept it; left out: the one that the pipeline file says. */
            jobKey: JobKey.optional(),
            path: z
              .string()
              .max(300)
              .refine(
                (path) => artifactPathProblem(path) === null,
                "must be a path inside the job's directory",
              )
              .optional(),
            file: z.string().optional(),
            bytes: z.instanceof(Uint8Array).optional(),
          })
          .refine(
            (artifact) => (artifact.file === undefined) !== (artifact.bytes === undefined),
            "An artifact is either a file or bytes.",
          ),
      )
      .max(50)
      .default([]),
  })
  .superRefine((run, context) => {
    const refuse = (message: string) => context.addIssue({ code: "custom", message });
    const keys = run.jobs.map((job) => job.key);
    if (new Set(keys).size !== keys.length) refuse("Each job is reported once.");
    if (run.state === "passed" && run.jobs.some((job) => job.state !== "passed")) {
      refuse("A run has passed only when all its jobs have.");
    }
    if (run.state !== "passed" && run.jobs.every((job) => job.state === "passed")) {
      refuse("All jobs passed, so the run has passed.");
    }
    const components = run.artifacts.map((artifact) => artifact.componentKey);
    if (new Set(components).size !== components.length) refuse("A component has one artifact in a run.");
    for (const { jobKey } of run.artifacts) {
      if (jobKey !== undefined && !keys.includes(jobKey))
        refuse(`The job "${jobKey}" is not part of the report.`);
    }
  });
export type ReportedRunInput = z.input<typeof ReportedRun>;
export type ReportedRun = z.output<typeof ReportedRun>;
