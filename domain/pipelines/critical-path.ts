export type TimedJob = {
  readonly key: string;
  readonly needs: readonly string[];
  /** How long it took, or is expected to take; null when nobody knows. */
  readonly durationMs: number | null;
};

export type CriticalPath = {
  /** The jobs that decide how long the run takes, in the order in which they run. */
  readonly keys: readonly string[];
  readonly durationMs: number;
};

/** The chain of needs with the longest sum. Jobs of unknown duration count as nothing; needs outside the list too. */
export function criticalPath(jobs: readonly TimedJob[]): CriticalPath {
  const byKey = new Map(jobs.map((job) => [job.key, job]));
  const known = new Map<string, CriticalPath>();
  const pathTo = (job: TimedJob): CriticalPath => {
    const earlier = known.get(job.key);
    if (earlier) return earlier;
    // Placed before its needs are walked, so that a cycle ends here.
    known.set(job.key, { keys: [], durationMs: 0 });
    const before = longest(job.needs.flatMap((need) => byKey.get(need) ?? []).map(pathTo));
    const path = { keys: [...before.keys, job.key], durationMs: before.durationMs + (job.durationMs ?? 0) };
    known.set(job.key, path);
    return path;
  };
  return longest(jobs.map(pathTo));
}

function longest(paths: readonly CriticalPath[]): CriticalPath {
  const [first = { keys: [], durationMs: 0 }, ...others] = paths;
  return others.reduce((best, path) => (path.durationMs > best.durationMs ? path : best), first);
}
