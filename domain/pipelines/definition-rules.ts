import { MAX_JOBS, matrixSize, type PipelineDefinition, type PipelineProblem } from "./definition";

/** The rules between the parts of a file whose shape is right. */
export function brokenRules(definition: PipelineDefinition): PipelineProblem[] {
  const needs = needProblems(definition);
  return [
    ...needs,
    ...(needs.length === 0 ? cycleProblems(definition) : []),
    ...matrixProblems(definition),
    ...artifactProblems(definition),
    ...schemaProblems(definition),
  ];
}

function needProblems({ jobs }: PipelineDefinition): PipelineProblem[] {
  return Object.entries(jobs).flatMap(([key, job]) =>
    job.needs.flatMap((need, index): PipelineProblem[] => {
      const path = ["jobs", key, "needs", index];
      if (!Object.hasOwn(jobs, need)) {
        return [
          {
            path,
            at: "value",
            message: `The job "${key}" needs "${need}", which is not a job of this file.`,
          },
        ];
      }
      if (job.needs.indexOf(need) !== index) {
        return [{ path, at: "value", message: `The job "${key}" names "${need}" twice in its needs.` }];
      }
      return [];
    }),
  );
}

function cycleProblems({ jobs }: PipelineDefinition): PipelineProblem[] {
  const finished = new Set<string>();
  const trail: string[] = [];
  const visit = (key: string): string[] | null => {
    if (finished.has(key)) return null;
    const start = trail.indexOf(key);
    if (start >= 0) return [...trail.slice(start), key];
    trail.push(key);
    for (const need of jobs[key]?.needs ?? []) {
      const cycle = visit(need);
      if (cycle !== null) return cycle;
    }
    trail.pop();
    finished.add(key);
    return null;
  };
  for (const key of Object.keys(jobs)) {
    const cycle = visit(key);
    if (cycle === null) continue;
    const [first = key, second = key] = cycle;
    const index = jobs[first]?.needs.indexOf(second) ?? 0;
    return [
      {
        path: ["jobs", first, "needs", index],
        at: "value",
        message: `These jobs wait for each other and could never start: ${cycle.join(" needs ")}.`,
      },
    ];
  }
  return [];
}

function matrixProblems({ jobs }: PipelineDefinition): PipelineProblem[] {
  const problems: PipelineProblem[] = [];
  let total = 0;
  for (const [key, { matrix, artifacts, cache }] of Object.entries(jobs)) {
    total += matrix === undefined ? 1 : matrixSize(matrix);
    const keys = cache.map((one) => one.key);
    const again = keys.findIndex((one, index) => keys.indexOf(one) !== index);
    if (again >= 0) {
      const message = `The job "${key}" has two caches with the key "${keys[again]}".`;
      problems.push({ path: ["jobs", key, "cache", again, "key"], at: "value", message });
    }
    if (matrix === undefined) continue;
    if (artifacts.length > 0) {
      const message = `The job "${key}" has a matrix, so it cannot keep artifacts: a component has one. Build it in a job of its own.`;
      problems.push({ path: ["jobs", key, "artifacts"], at: "key", message });
    }
    if (total > MAX_JOBS) {
      const message = `With its matrices the pipeline has ${total} jobs or more; it can have at most ${MAX_JOBS}.`;
      problems.push({ path: ["jobs", key, "matrix"], at: "key", message });
      break;
    }
  }
  return problems;
}

function artifactProblems({ jobs, components }: PipelineDefinition): PipelineProblem[] {
  const problems: PipelineProblem[] = [];
  const madeBy = new Map<string, string>();
  for (const [key, job] of Object.entries(jobs)) {
    for (const [index, { component }] of job.artifacts.entries()) {
      const path = ["jobs", key, "artifacts", index, "component"];
      const earlier = madeBy.get(component);
      if (!Object.hasOwn(components, component)) {
        const message = `The artifact belongs to "${component}", which is not declared under components.`;
        problems.push({ path, at: "value", message });
      } else if (earlier !== undefined) {
        const message = `The component "${component}" has an artifact of the job "${earlier}" already; it can have one.`;
        problems.push({ path, at: "value", message });
      }
      if (earlier === undefined) madeBy.set(component, key);
    }
  }
  for (const component of Object.keys(components)) {
    if (madeBy.has(component)) continue;
    const message = `No job keeps an artifact for the component "${component}", so it could never be deployed.`;
    problems.push({ path: ["components", component], at: "key", message });
  }
  return problems;
}

function schemaProblems({ schema }: PipelineDefinition): PipelineProblem[] {
  if (schema.min > schema.max) {
    return [{ path: ["schema", "max"], at: "value", message: "max must not be less than min." }];
  }
  if (schema.after < schema.min || schema.after > schema.max) {
    return [{ path: ["schema", "after"], at: "value", message: "after must lie between min and max." }];
  }
  return [];
}
