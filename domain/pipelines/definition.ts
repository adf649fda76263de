import { z } from "zod";
import { MIGRATION_CLASSES } from "./status";

export const PIPELINE_FILE = ".clearway/pipeline.yaml";
export const MAX_JOBS = 50;
export const MAX_JOB_TIMEOUT_MS = 2 * 60 * 60 * 1000;

/** Where in the file: mapping keys and list indexes from the root. */
export type FilePath = readonly (string | number)[];

/** One reason to refuse the file. `at` says whether the path points at a key or at its value. */
export type PipelineProblem = {
  readonly path: FilePath;
  readonly at: "key" | "value";
  readonly message: string;
};

/** "90s" or "5m"; null when it is neither. */
export function durationMs(text: string): number | null {
  const match = /^([1-9]\d{0,4})(s|m)$/.exec(text);
  if (match === null) return null;
  return Number(match[1]) * (match[2] === "m" ? 60_000 : 1000);
}

/** A strict mapping whose refusals name it and its keys. */
function mapping<S extends z.ZodRawShape>(what: string, shape: S) {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `is not a key of ${what}; its keys are: ${keys}.`
        : `${sentence(what)} must be a mapping with the keys ${keys}.`,
  });
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function line(what: string, max: number) {
  return z
    .string(`${what} must be text; put it in quotes.`)
    .refine((text) => text.trim() !== "", `${what} must not be empty.`)
    .max(max, `${what} must have at most ${max} characters.`);
}

function wholeNumber(what: string, min: number, max: number) {
  const message = `${what} must be a whole number from ${min} to ${max}.`;
  return z.int(message).min(min, message).max(max, message);
}

function seconds(what: string, min: number, max: number) {
  const message = `${what} must be a number of seconds from ${min} to ${max}.`;
  return z.number(message).min(min, message).max(max, message);
}

const Key = z
  .string()
  .regex(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'is not a usable key: write it in small letters, digits and single hyphens, like "unit-tests".',
  )
  .max(40, "is too long for a key: at most 40 characters.");

const EnvironmentName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]{0,99}$/,
    "is not a name of an environment variable: letters, digits and underscores, not beginning with a digit.",
  )
  .refine(
    (name) => !name.toUpperCase().startsWith("CLEARWAY_"),
    "is reserved: CLEARWAY_ names are set by Clearway.",
  );

const ArtifactPath = line("The path of an artifact", 300).superRefine((path, context) => {
  const reason = artifactPathProblem(path);
  if (reason !== null) context.addIssue({ code: "custom", message: reason });
});

/** Null when the path can name a file inside the job's directory. */
export function artifactPathProblem(path: string): string | null {
  if (path.startsWith("/") || path.startsWith("~") || /^[A-Za-z]:/.test(path)) {
    return `The path "${path}" must be relative to the job's directory.`;
  }
  if (path.includes("\\")) return `The path "${path}" must use / between folders.`;
  const parts = path.split("/");
  if (parts.includes("..")) return `The path "${path}" leads outside the job's directory.`;
  if (parts.some((part) => part === "" || part === ".")) {
    return `The path "${path}" must name one file, without "." or empty parts.`;
  }
  return null;
}

const HealthPath = line("The health path", 200).regex(
  /^\/(?!\/)(?!.*\.\.)[A-Za-z0-9._~/-]*$/,
  'The health path must begin with one "/" and hold only letters, digits and . _ ~ / -.',
);

const Job = mapping("a job", {
  name: line("The name of a job", 80).optional(),
  needs: z
    .array(z.string("A need is the key of a job, as text."), '"needs" must be a list of job keys.')
    .max(MAX_JOBS, `A job can need at most ${MAX_JOBS} others.`)
    .default([]),
  commands: z
    .array(line("A command", 8000), '"commands" must be a list of commands.')
    .min(1, "A job needs at least one command.")
    .max(100, "A job can have at most 100 commands."),
  timeout: z
    .string('A timeout must be text like "90s" or "5m".')
    .refine((text) => durationMs(text) !== null, 'A timeout is written like "90s" or "5m".')
    .refine(
      (text) => (durationMs(text) ?? 0) <= MAX_JOB_TIMEOUT_MS,
      'A timeout can be at most "120m" (two hours).',
    )
    .default("10m"),
  artifacts: z
    .array(
      mapping("an artifact", {
        component: z.string("The component of an artifact is the key of a component, as text."),
        path: ArtifactPath,
      }),
      '"artifacts" must be a list of mappings with the keys component and path.',
    )
    .max(20, "A job can keep at most 20 artifacts.")
    .default([]),
  environment: z
    .record(
      EnvironmentName,
      z
        .string("The value of an environment variable must be text; put it in quotes.")
        .max(4000, "The value of an environment variable must have at most 4000 characters."),
      '"environment" must be a mapping of names to text.',
    )
    .refine((all) => Object.keys(all).length <= 100, "A job can have at most 100 environment variables.")
    .default({}),
});

const Component = mapping("a component", {
  health: mapping("a health check", {
    path: HealthPath.default("/health"),
    attempts: wholeNumber("attempts", 1, 20).default(3),
    intervalSeconds: seconds("intervalSeconds", 0, 60).default(1),
    timeoutSeconds: seconds("timeoutSeconds", 0.1, 60).default(2),
  }).prefault({}),
});

const SchemaRange = mapping("the schema range", {
  min: wholeNumber("min", 0, 1_000_000),
  max: wholeNumber("max", 0, 1_000_000),
  after: wholeNumber("after", 0, 1_000_000),
  migration: z
    .enum(MIGRATION_CLASSES, `migration must be one of: ${MIGRATION_CLASSES.join(", ")}.`)
    .default("none"),
});

/** Version 1 of the file. A parsed definition parses to itself, so the stored one can be read back with it. */
export const PipelineDefinition = mapping("the pipeline file", {
  version: z.literal(1, "version must be 1."),
  jobs: z
    .record(Key, Job, '"jobs" must be a mapping of job keys to jobs.')
    .refine((jobs) => Object.keys(jobs).length > 0, "A pipeline needs at least one job.")
    .refine((jobs) => Object.keys(jobs).length <= MAX_JOBS, `A pipeline can have at most ${MAX_JOBS} jobs.`),
  components: z
    .record(Key, Component, '"components" must be a mapping of component keys to components.')
    .refine(
      (all) => Object.keys(all).length <= MAX_JOBS,
      `A pipeline can have at most ${MAX_JOBS} components.`,
    )
    .default({}),
  schema: SchemaRange.prefault({ min: 0, max: 0, after: 0 }),
});
export type PipelineDefinition = z.infer<typeof PipelineDefinition>;
export type JobDefinition = PipelineDefinition["jobs"][string];
export type ComponentDefinition = PipelineDefinition["components"][string];
export type ArtifactDeclaration = JobDefinition["artifacts"][number];

/** JSON Schema (2020-12) of the file, for editors. The rules between its parts are not in it. */
export function pipelineJsonSchema(): Record<string, unknown> {
  return { title: "Clearway pipeline file", ...z.toJSONSchema(PipelineDefinition, { io: "input" }) };
}
