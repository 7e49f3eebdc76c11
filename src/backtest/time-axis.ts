// Where an axis of time is marked, and with what words.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Marks that fit beside each other on a wide screen; every other one is left out on a narrow one. */
const MAX_MARKS = 8;
const STEPS_MS = [
  ...[1, 5, 10, 15, 30].map((n) => n * MINUTE_MS),
  ...[1, 3, 6, 12].map((n) => n * HOUR_MS),
  ...[1, 2, 7, 14, 28, 91, 364].map((n) => n * DAY_MS),
];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export interface TimeMark {
  /** Where it stands, 0 to 1. */
  readonly at: number;
  readonly text: string;
}

/** Marks at round times, UTC. */
export function timeMarks(fromMs: number, toMs: number): TimeMark[] {
  const spanMs = toMs - fromMs;
  const stepMs = STEPS_MS.find((step) => spanMs / step <= MAX_MARKS) ?? spanMs;
  const first = Math.ceil(fromMs / stepMs) * stepMs;
  const marks: TimeMark[] = [];
  for (let timeMs = first; timeMs < toMs; timeMs += stepMs) {
    const date = new Date(timeMs);
    const day = `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}`;
    const midnight = timeMs % DAY_MS === 0;
    marks.push({ at: (timeMs - fromMs) / spanMs, text: midnight ? day : date.toISOString().slice(11, 16) });
  }
  return marks;
}
