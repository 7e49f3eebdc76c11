// A simulated log as a detector is fed it: seconds in order, and how many events each holds.

import type { Background } from "./backgrounds.ts";
import { Random } from "./random.ts";

export interface Series {
  /** Ascending, each once. */
  readonly seconds: Float64Array;
  readonly counts: Float64Array;
}

/** Sorts event times and counts equal seconds together. */
export function seriesOf(times: readonly number[]): Series {
  const sorted = Float64Array.from(times, Math.floor).sort();
  const seconds: number[] = [];
  const counts: number[] = [];
  for (const second of sorted) {
    if (seconds.at(-1) === second) counts[counts.length - 1] = (counts.at(-1) as number) + 1;
    else {
      seconds.push(second);
      counts.push(1);
    }
  }
  return { seconds: Float64Array.from(seconds), counts: Float64Array.from(counts) };
}

/** Event times of a background before `end`, unsorted. */
export function backgroundTimes(name: string, background: Background, seed: number, end: number): number[] {
  const times: number[] = [];
  background.emit(new Random(seed, name), end, (second) => times.push(second));
  return times;
}
