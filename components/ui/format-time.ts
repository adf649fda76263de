const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30.44 * DAY;
const YEAR = 365.25 * DAY;

const UNITS = [
  { unit: "y", ms: YEAR, from: 2 * YEAR },
  { unit: "mo", ms: MONTH, from: 2 * MONTH },
  { unit: "d", ms: DAY, from: DAY },
  { unit: "h", ms: HOUR, from: HOUR },
  { unit: "min", ms: MINUTE, from: MINUTE },
] as const;

/**
 * "just now", "39 min", "1 h", "2 d", then "5 mo" and "2 y": one unit, rounded down, for a distance in ms. What lacks less
 * than `slack` of the unit counts as whole.
 */
export function formatDistance(ms: number, slack = 0): string {
  for (const { unit, ms: size, from } of UNITS) {
    const distance = Math.abs(ms) + slack * size;
    if (distance >= from) return `${Math.floor(distance / size)} ${unit}`;
  }
  return "just now";
}

/** Thirty days from now are thirty days still when they are read, seconds later. */
const FUTURE_SLACK = 0.1;

/** The same between a moment and now, the future read kindly. */
export function formatAge(at: number, now: number): string {
  return formatDistance(at - now, at > now ? FUTURE_SLACK : 0);
}

/** "39 min ago", "in 2 d", "just now". */
export function formatRelative(from: number, now: number): string {
  const distance = formatAge(from, now);
  if (distance === "just now") return distance;
  return from > now ? `in ${distance}` : `${distance} ago`;
}

/** "840 ms", "48 s", "6 min 12 s", "2 h 05 min", "3 d 4 h": two units at most. */
export function formatDuration(ms: number): string {
  const total = Math.max(0, ms);
  if (total < 1000) return `${Math.round(total)} ms`;
  if (total < MINUTE) return `${Math.floor(total / 1000)} s`;
  if (total < HOUR) {
    const seconds = Math.floor((total % MINUTE) / 1000);
    return seconds === 0
      ? `${Math.floor(total / MINUTE)} min`
      : `${Math.floor(total / MINUTE)} min ${seconds} s`;
  }
  if (total < DAY) {
    const minutes = Math.floor((total % HOUR) / MINUTE);
    return `${Math.floor(total / HOUR)} h ${String(minutes).padStart(2, "0")} min`;
  }
  return `${Math.floor(total / DAY)} d ${Math.floor((total % DAY) / HOUR)} h`;
}

/** A clock that runs: "0:48", "12:05", "1:02:05". */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** The exact time in the viewer's own zone, with the zone's name: for a hint, made when it is shown. */
export function exactTime(at: Date): string {
  return new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  }).format(at);
}

const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** "2026-11-21 09:02:11Z": the exact moment for machines, and for paper, where nothing can be hovered. */
export function machineTime(at: Date | string): string {
  const iso = typeof at === "string" && UTC.test(at) ? at : new Date(at).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;
}

/** "09:02", with its day when that is not today: "Fri 09:02", "14 Nov 09:02", "14 Nov 2025". */
export function formatMoment(
  at: Date,
  now: Date,
  { seconds = false, timeZone }: { seconds?: boolean; timeZone?: string | undefined } = {},
): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const say = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { ...options, ...zone }).format(at);
  const dayOf = (date: Date) =>
    new Intl.DateTimeFormat("en-CA", { ...zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(
      date,
    );
  const time = say({ hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}) });
  if (dayOf(at) === dayOf(now)) return time;
  if (Math.abs(now.getTime() - at.getTime()) < 6 * DAY) return `${say({ weekday: "short" })} ${time}`;
  if (dayOf(at).slice(0, 4) === dayOf(now).slice(0, 4))
    return `${say({ day: "numeric", month: "short" })} ${time}`;
  return say({ day: "numeric", month: "short", year: "numeric" });
}
