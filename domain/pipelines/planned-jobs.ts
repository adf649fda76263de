import type { JobDefinition, PipelineDefinition } from "./definition";

/** A job as it is run: one for each combination of its matrix. */
export type PlannedJob = JobDefinition & {
  /** The key in the file: what the jobs of one matrix have in common. */
  readonly group: string;
  /** Null outside a matrix. */
  readonly values: Readonly<Record<string, string>> | null;
};

export type PlannedPipeline = { readonly jobs: Readonly<Record<string, PlannedJob>> };

/**
 * The jobs that a file declares, in the order of the file. A matrix job is there once for each combination, as
 * `unit/18/linux`; who needs `unit` needs all of them.
 */
export function plannedJobs({ jobs }: Pick<PipelineDefinition, "jobs">): PlannedPipeline {
  const combinations = new Map(
    Object.entries(jobs).map(([key, { matrix }]) => [key, matrix === undefined ? [null] : combine(matrix)]),
  );
  const keysOf = (group: string) =>
    (combinations.get(group) ?? [null]).map((values) => plannedKey(group, values));
  const planned = Object.entries(jobs).flatMap(([group, job]) =>
    (combinations.get(group) ?? [null]).map((values): [string, PlannedJob] => [
      plannedKey(group, values),
      { ...job, needs: job.needs.flatMap(keysOf), group, values },
    ]),
  );
  return { jobs: Object.fromEntries(planned) };
}

/** The key in the file of a job that was planned. */
export function groupOf(key: string): string {
  return key.split("/")[0] ?? key;
}

/** Names in the order of the alphabet: a stored definition has lost the order of its keys. */
function combine(matrix: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  const axes = Object.entries(matrix).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return axes.reduce<Record<string, string>[]>(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

function plannedKey(group: string, values: Readonly<Record<string, string>> | null): string {
  return values === null ? group : [group, ...Object.values(values)].join("/");
}
