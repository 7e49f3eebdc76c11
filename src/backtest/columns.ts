// A group's timeline as the columns of a chart: so many that they can be told apart, each showing its busiest stretch.

import type { GroupTimeline, Sample } from "./timeline.ts";

/** Bars narrower than two points of a wide screen run into one. */
const MAX_COLUMNS = 400;
/** How many stretches a column may hold; with stretches of 5 min: 5, 10, 15, 30 min, 1, 2, 3, 6, 12 h, 1 d, … */
const FACTORS = [1, 2, 3, 6, 12, 24, 36, 72, 144, 288, 576, 2016, 8064];
/** Round steps of an axis of counts. */
const ROUND = [1, 2, 5, 10];

/** A band that is less than an eighth of the chart shows no shape. */
const FLAT_FACTOR = 8;

export interface Columns {
  readonly fromMs: number;
  readonly columnMs: number;
  /** Most events in one stretch of each column. */
  readonly counts: readonly number[];
  /** What was usual in each column; null before the detector knew. */
  readonly usual: readonly (Pick<Sample, "usual" | "high"> | null)[];
  /** Where the axis ends: a round number that nothing rises above. */
  readonly top: number;
  /** Heights are square roots: a spike would else press what is usual flat against the axis. */
  readonly rooted: boolean;
}

/** @param fromMs first and last time of the log, the same for all groups so that their charts can be compared. */
export function columnsOf(group: GroupTimeline, fromMs: number, toMs: number): Columns {
  const { stretchMs } = group;
  const stretches = Math.max(1, (toMs - fromMs) / stretchMs);
  const factor =
    FACTORS.find((some) => stretches / some <= MAX_COLUMNS - 1) ?? Math.ceil(stretches / MAX_COLUMNS);
  const columnMs = factor * stretchMs;
  const first = Math.floor(fromMs / columnMs);
  const length = Math.floor(toMs / columnMs) - first + 1;
  const at = (timeMs: number): number => Math.floor(timeMs / columnMs) - first;

  const counts = Array.from({ length }, () => 0);
  for (const [stretch, count] of group.counts) {
    const column = at(stretch * stretchMs);
    if (column >= 0 && column < length) counts[column] = Math.max(counts[column] ?? 0, count);
  }
  const usual = usualOf(group.samples, at, length);
  const highest = Math.max(1, ...counts, ...usual.map((one) => one?.high ?? 0), group.threshold ?? 0);
  const band = Math.max(0, ...usual.map((one) => one?.high ?? 0));
  const rooted = highest > FLAT_FACTOR * Math.max(1, band);
  return { fromMs: first * columnMs, columnMs, counts, usual, top: roundUp(highest), rooted };
}

/** Each column shows its last sample, one without a sample the last before it. */
function usualOf(
  samples: readonly Sample[],
  at: (timeMs: number) => number,
  length: number,
): Columns["usual"] {
  const usual: (Sample | null)[] = Array.from({ length }, () => null);
  // A sample tells of the stretch that ends with it.
  for (const sample of samples) {
    const column = at(sample.timeMs - 1);
    if (column >= 0 && column < length) usual[column] = sample;
  }
  let last: Sample | null = null;
  return usual.map((sample) => (last = sample ?? last));
}

/** The next number with one round digit: 37 is 40, 740 is 800, 1.2 is 2. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = value / power <= 2 ? power / 5 : value / power <= 5 ? power / 2 : power;
  return Math.max(4, Math.ceil(value / step) * step);
}

/** Round numbers up the axis, three or four of them above 0; among square roots each about a quarter of the one above it. */
export function gridOf(top: number, rooted = false): number[] {
  if (rooted) return [top, top / 4, top / 16].map(roundDown).toReversed();
  const power = 10 ** Math.floor(Math.log10(top / 3));
  const step = Math.max(1, (ROUND.find((some) => top / (some * power) <= 4) ?? 10) * power);
  return Array.from({ length: Math.floor(top / step) }, (_, i) => (i + 1) * step);
}

/** The round number (1, 2 or 5 and zeros) that is not above a value; at least 1. */
function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return Math.max(1, (ROUND.findLast((some) => some * power <= value) ?? 1) * power);
}
