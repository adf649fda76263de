/** One line of `npm run bench -- <name> --json`: the cost of ours divided by the cost of the reference. */
export type Figure = { name: string; ratio: number; limit: number; samples: number; noisy: boolean };

/** Milliseconds. */
export type Measured = { reference: number; subject: number };

/** A reference that wanders more than this between its 10th and 90th percentile concludes nothing. */
const NOISE = 2.5;

/**
 * Reference and subject alternately, A-B-B-A; the first round warms up and is dropped. Each gives its time in
 * milliseconds itself, so that what has to be prepared between two samples is not counted.
 */
export async function alternate<T>(
  samples: number,
  reference: () => Promise<number>,
  subject: () => Promise<T>,
): Promise<{ reference: number; subject: T }[]> {
  const rounds: { reference: number; subject: T }[] = [];
  for (let round = 0; round <= samples; round++) {
    if (round % 2 === 0) {
      const first = await reference();
      rounds.push({ reference: first, subject: await subject() });
    } else {
      const first = await subject();
      rounds.push({ reference: await reference(), subject: first });
    }
    process.stderr.write(".");
  }
  process.stderr.write("\n");
  return rounds.slice(1);
}

/** The median of the rounds' own ratios, so that a slow moment of the machine weighs on both sides of one round. */
export function figureOf(name: string, limit: number, rounds: readonly Measured[]): Figure {
  const references = rounds.map((round) => round.reference);
  return {
    name,
    ratio: Number(
      quantile(
        0.5,
        rounds.map((round) => round.subject / round.reference),
      ).toFixed(2),
    ),
    limit,
    samples: rounds.length,
    noisy: quantile(0.9, references) / quantile(0.1, references) > NOISE,
  };
}

export function quantile(q: number, values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(q * (sorted.length - 1))] ?? Number.NaN;
}

/** As a JSON line, or for a person with the times behind it. */
export function report(figure: Figure, rounds: readonly Measured[]): void {
  if (process.argv.includes("--json")) return void console.log(JSON.stringify(figure));
  const ms = (side: keyof Measured) =>
    quantile(
      0.5,
      rounds.map((round) => round[side]),
    ).toFixed(1);
  const verdict = figure.noisy ? "too noisy to conclude" : figure.ratio <= figure.limit ? "holds" : "ABOVE";
  console.log(
    `${figure.name}: ${figure.ratio} (limit ${figure.limit}, ${verdict}); ours ${ms("subject")} ms, reference ${ms("reference")} ms, ${figure.samples} samples`,
  );
}

/** `--samples=9` unless told otherwise. */
export function samplesAsked(): number {
  const given = process.argv.find((arg) => arg.startsWith("--samples="))?.slice("--samples=".length);
  return Math.max(3, Number(given ?? 9) || 9);
}

/** Awaits `done()`; throws a sentence when it does not come. */
export async function until(what: string, done: () => Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  for (const end = performance.now() + timeoutMs; performance.now() < end; ) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${what} did not happen within ${timeoutMs / 1000} s.`);
}

export function giveUp(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
