import { z } from "zod";
import { artifactPathProblem, pathPatternProblem } from "./paths";
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
    (name) => !/^(CLEARWAY|MATRIX)_/.test(name.toUpperCase()),
    "is reserved: CLEARWAY_ and MATRIX_ names are set by Clearway.",
  );

const ArtifactPath = line("The path of an artifact", 300).superRefine((path, context) => {
  const reason = artifactPathProblem(path);
  if (reason !== null) context.addIssue({ code: "custom", message: reason });
});

const ReportPattern = line("The path of a report", 300).superRefine((pattern, context) => {
  const reason = pathPatternProblem(pattern);
  if (reason !== null) context.addIssue({ code: "custom", message: reason });
});

const CachePath = line("The path of a cached directory", 300).superRefine((path, context) => {
  const reason = artifactPathProblem(path) ?? (path === ".git" ? 'The path ".git" cannot be cached.' : null);
  if (reason !== null) context.addIssue({ code: "custom", message: reason });
});

const AxisName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,19}$/,
    'is not a name of a matrix: at most 20 small letters, digits and underscores, like "node".',
  );

const AxisValue = z
  .string('A value of a matrix must be text; put it in quotes, like "20".')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._+-]{0,39}$/,
    "A value of a matrix has at most 40 letters, digits and . _ + - and begins with a letter or digit.",
  );

/** The combinations that a matrix makes; 1 without one. */
export function matrixSize(matrix: Readonly<Record<string, readonly string[]>>): number {
  return Object.values(matrix).reduce((product, values) => product * values.length, 1);
}

const Matrix = z
  .record(
    AxisName,
    z
      .array(AxisValue, "The values of a matrix must be a list of text.")
      .min(1, "A matrix needs at least one value for each of its names.")
      .max(MAX_JOBS, `A matrix can have at most ${MAX_JOBS} values for a name.`)
      .refine((values) => new Set(values).size === values.length, "A matrix names each value once."),
    '"matrix" must be a mapping of names to lists of values.',
  )
  .refine((all) => Object.keys(all).length > 0, "A matrix needs at least one name with its values.")
  .refine((all) => Object.keys(all).length <= 5, "A matrix can have at most 5 names.");

const Cache = mapping("a cache", {
  key: z
    .string("The key of a cache must be text.")
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/,
      "The key of a cache has at most 80 letters, digits and . _ - and begins with a letter or digit.",
    ),
  /** Their content is part of the key: another lock file, another cache. */
  files: z
    .array(ArtifactPath, '"files" must be a list of paths.')
    .max(10, "A cache can depend on at most 10 files.")
    .default([]),
  paths: z
    .array(CachePath, '"paths" must be a list of directories.')
    .min(1, "A cache needs at least one path.")
    .max(10, "A cache can keep at most 10 paths."),
});

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
  reports: mapping("the reports", {
    junit: z
      .array(ReportPattern, '"junit" must be a list of paths.')
      .max(10, "A job can name at most 10 paths of JUnit files.")
      .default([]),
  }).prefault({}),
  cache: z
    .array(Cache, '"cache" must be a list of mappings with the keys key, files and paths.')
    .max(5, "A job can have at most 5 caches.")
    .default([]),
  matrix: Matrix.optional(),
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
export type CacheDeclaration = JobDefinition["cache"][number];
export type ArtifactDeclaration = JobDefinition["artifacts"][number];

/** JSON Schema (2020-12) of the file, for editors. The rules between its parts are not in it. */
export function pipelineJsonSchema(): Record<string, unknown> {
  return { title: "Clearway pipeline file", ...z.toJSONSchema(PipelineDefinition, { io: "input" }) };
}
