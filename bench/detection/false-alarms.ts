// How often a detector alerts in thirty days in which nothing is wrong, and whether it finds a new level.

import { BACKGROUNDS, DAY, HOUR } from "./backgrounds.ts";
import type { Background } from "./backgrounds.ts";
import { backgroundTimes, seriesOf } from "./series.ts";
import { feed } from "./subject.ts";
import type { Subject } from "./subject.ts";

const DAYS = 30;
/** A new level that is found later than this counts as missed. */
const FOUND_WITHIN_SECONDS = 6 * HOUR;
/** Logs of this many events and more get a quarter of the replicates: they cost as much as all others together. */
const HEAVY = new Set(["p1000"]);

export interface FalseAlarms {
  /** Per thirty days. */
  readonly perMonth: number;
  /** Share of replicates in which the new level was found; null where there is none. */
  readonly found: number | null;
}

/** Detector name to background name to what came of it. */
export type FalseAlarmTable = Readonly<Record<string, Readonly<Record<string, FalseAlarms>>>>;

function countAlarms(subject: Subject, { shiftAt, free }: Background): { alarms: number; found: boolean } {
  const starts = subject.alerts.filter(({ kind }) => kind === "start").map(({ second }) => second);
  const found = starts.some(
    (at) => shiftAt !== undefined && at >= shiftAt && at <= shiftAt + FOUND_WITHIN_SECONDS,
  );
  return { alarms: Math.max(0, starts.length - (found ? 1 : 0) - (free ?? 0)), found };
}

/** @param makers detectors to compare, each fed the same logs. @param seed of the first replicate. */
export function measureFalseAlarms(
  makers: Readonly<Record<string, () => Subject>>,
  replicates: number,
  seed: number,
): FalseAlarmTable {
  const table: Record<string, Record<string, FalseAlarms>> = {};
  for (const [name, background] of Object.entries(BACKGROUNDS)) {
    const runs = HEAVY.has(name) ? Math.ceil(replicates / 4) : replicates;
    const sums = Object.fromEntries(Object.keys(makers).map((maker) => [maker, { alarms: 0, found: 0 }]));
    for (let run = 0; run < runs; run++) {
      const series = seriesOf(backgroundTimes(name, background, seed + run, DAYS * DAY));
      for (const [maker, make] of Object.entries(makers)) {
        const subject = make();
        feed(subject, series, DAYS * DAY);
        const { alarms, found } = countAlarms(subject, background);
        const sum = sums[maker] as { alarms: number; found: number };
        sum.alarms += alarms;
        sum.found += found ? 1 : 0;
      }
    }
    for (const [maker, { alarms, found }] of Object.entries(sums)) {
      const shift = background.shiftAt === undefined ? null : found / runs;
      (table[maker] ??= {})[name] = { perMonth: alarms / runs, found: shift };
    }
  }
  return table;
}
