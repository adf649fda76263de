import { createHash } from "node:crypto";

const DAY_MS = 86_400_000;
const SPRINT_DAYS = 14;
const WORKING_DAYS = 10;

/** A moment of a sprint: its working day from 0 to 9, and the time of day in UTC. */
export type SprintTime = readonly [day: number, time: string];

export type SprintDates = { readonly key: string; readonly start: Date; readonly isOpen: boolean };

/**
 * Sprints of two weeks that begin on a Monday. The open one began on the Monday of the week before the anchor day, so
 * that at least five of its working days are over. Everything happens before the anchor day begins.
 */
export class Calendar {
  readonly sprints: readonly SprintDates[];
  readonly #anchor: number;
  readonly #seed: string;

  constructor(anchorDay: string, seed: string, closedSprints: number) {
    const anchor = new Date(`${anchorDay}T00:00:00.000Z`);
    const monday = anchor.getTime() - ((anchor.getUTCDay() + 6) % 7) * DAY_MS;
    this.#anchor = anchor.getTime();
    this.#seed = seed;
    this.sprints = Array.from({ length: closedSprints + 1 }, (_, index) => {
      const start = new Date(monday - 7 * DAY_MS - (closedSprints - index) * SPRINT_DAYS * DAY_MS);
      return { key: sprintKey(start), start, isOpen: index === closedSprints };
    });
  }

  /** Some minutes later than said, by the seed: people are not on time, and another seed is another history. */
  at(sprint: number, [day, time]: SprintTime, label: string): Date {
    const start = this.sprint(sprint).start.getTime();
    const [hours = 0, minutes = 0] = time.split(":").map(Number);
    const spread = this.spread(label, 0, 11 * 60);
    return new Date(
      start + (day < 5 ? day : day + 2) * DAY_MS + (hours * 60 + minutes) * 60_000 + spread * 1000,
    );
  }

  sprint(index: number): SprintDates {
    const sprint = this.sprints[index];
    if (!sprint) throw new Error(`the demonstration has no sprint ${index}`);
    return sprint;
  }

  /** The last working day of the open sprint that is over when the anchor day begins. */
  get lastDay(): number {
    const open = this.sprint(this.sprints.length - 1).start.getTime();
    let last = 0;
    for (let day = 0; day < WORKING_DAYS; day++) {
      if (open + (day < 5 ? day : day + 2) * DAY_MS < this.#anchor) last = day;
    }
    return last;
  }

  /** A whole number from `min` to `max` that depends on nothing but the seed and the label. */
  spread(label: string, min: number, max: number): number {
    const digest = createHash("sha256").update(`${this.#seed}\0${label}`).digest();
    return min + (digest.readUInt32BE(0) % (max - min + 1));
  }
}

/** `2026.21`: the year and the number of the fortnight by ISO weeks. */
function sprintKey(start: Date): string {
  const thursday = new Date(start.getTime() + 3 * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS)) + 1;
  return `${year}.${String(Math.ceil(week / 2)).padStart(2, "0")}`;
}

/** The demonstration's time: it only ever goes on. */
export class Clock {
  #now: number;

  constructor(start: Date) {
    this.#now = start.getTime();
  }

  get now(): Date {
    return new Date(this.#now);
  }

  /** To this moment, or a second later than before where that has passed. */
  to(at: Date): void {
    this.#now = Math.max(this.#now + 1000, at.getTime());
  }

  pass(seconds: number): void {
    this.#now += seconds * 1000;
  }
}
