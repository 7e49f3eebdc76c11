// When a recurring silence begins, in the wall-clock time of a place. On the day on which clocks go forward a start that does
// not exist moves forward by the hour that is missing; on the day on which they go back the first of two counts.

import { type Cron, parseCron } from "./cron.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The next start is looked for this far ahead: the 29th of February may be eight years off. */
const HORIZON_DAYS = 8 * 366;
/** Offsets from UTC lie within a day; a start is looked for on the days on both sides. */
const BESIDE_DAYS = 1;
/** Minutes whose answer is remembered: more than the logs of a host lie apart. */
const REMEMBERED_MINUTES = 256;

/** Difference between the local time of a place and UTC at an instant, milliseconds. */
export type Offset = (timeMs: number) => number;

/** One stretch of time; its end is not part of it. */
export interface Occurrence {
  readonly startMs: number;
  readonly endMs: number;
}

/** The occurrences of one schedule in one place. */
export interface Schedule {
  /** The occurrence that holds `timeMs`, the one that began last when two do; null when none does. */
  at(timeMs: number): Occurrence | null;
  /** The first occurrence that begins after `timeMs`, null when none does within eight years. */
  after(timeMs: number): Occurrence | null;
}

/**
 * A schedule, or in one sentence why there is none.
 * @param cron five fields, such as `0 2 * * TUE`.
 * @param timezone IANA name, such as `Europe/Berlin`.
 * @param durationMs length of each occurrence.
 */
export function parseSchedule(
  cron: string,
  timezone: string,
  durationMs: number,
): Schedule | { readonly problem: string } {
  const fields = parseCron(cron);
  if ("problem" in fields) return fields;
  const offset = offsetIn(timezone);
  if (offset === null) {
    return { problem: "expected the name of a time zone, such as Europe/Berlin or UTC" };
  }
  const occurrence = (startMs: number): Occurrence => ({ startMs, endMs: startMs + durationMs });
  // Every event asks, and starts lie on whole minutes: one answer serves a minute of events.
  const known = new Map<number, number | null>();
  const lastStart = (minute: number): number | null => {
    const found = known.get(minute);
    if (found !== undefined) return found;
    if (known.size >= REMEMBERED_MINUTES) known.clear();
    const start = lastStartAt(minute * MINUTE_MS, durationMs, fields, offset);
    known.set(minute, start);
    return start;
  };
  return {
    at(timeMs) {
      const startMs = lastStart(Math.floor(timeMs / MINUTE_MS));
      return startMs !== null && timeMs < startMs + durationMs ? occurrence(startMs) : null;
    },
    after(timeMs) {
      const from = localDay(timeMs, offset) - BESIDE_DAYS;
      for (let day = from; day <= from + HORIZON_DAYS; day += 1) {
        const starts = startsOn(day, fields, offset).filter((start) => start > timeMs);
        if (starts.length > 0) return occurrence(Math.min(...starts));
      }
      return null;
    },
  };
}

function lastStartAt(timeMs: number, durationMs: number, cron: Cron, offset: Offset): number | null {
  const first = localDay(timeMs - durationMs, offset) - BESIDE_DAYS;
  for (let day = localDay(timeMs, offset) + BESIDE_DAYS; day >= first; day -= 1) {
    const starts = startsOn(day, cron, offset).filter((start) => start <= timeMs);
    if (starts.length > 0) return Math.max(...starts);
  }
  return null;
}

/**
 * The instant of a local time.
 * @param localMs the local time read as if it were UTC.
 */
export function instantOf(localMs: number, offset: Offset): number {
  const before = offset(localMs - DAY_MS);
  const after = offset(localMs + DAY_MS);
  const early = localMs - before;
  const late = localMs - after;
  // With the offset before the change: the first of two, and past the gap when there is none.
  if (before === after || offset(early) === before) return early;
  return offset(late) === after ? late : early;
}

/** The offset of a zone, null when there is no such zone. */
export function offsetIn(timezone: string): Offset | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return null;
  }
  return (timeMs) => {
    const seconds = Math.floor(timeMs / 1000) * 1000;
    const parts = Object.fromEntries(
      format.formatToParts(seconds).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - seconds;
  };
}

/** Number of the local day of an instant, counted from 1970-01-01. */
function localDay(timeMs: number, offset: Offset): number {
  return Math.floor((timeMs + offset(timeMs)) / DAY_MS);
}

function startsOn(day: number, cron: Cron, offset: Offset): number[] {
  const midnight = day * DAY_MS;
  const date = new Date(midnight);
  if (!cron.onDay(date.getUTCDate(), date.getUTCMonth() + 1, date.getUTCDay())) return [];
  const before = offset(midnight - DAY_MS);
  // Almost every day has one offset; asking for each of up to 1,440 starts would cost milliseconds.
  if (before === offset(midnight + 2 * DAY_MS)) {
    return cron.minutes.map((minute) => midnight + minute * MINUTE_MS - before);
  }
  return cron.minutes.map((minute) => instantOf(midnight + minute * MINUTE_MS, offset));
}
