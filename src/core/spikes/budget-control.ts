// Keeps alerts within the false-alarm budget whatever the noise looks like: an episode that is no larger than what has
// already recurred more often than the budget allows is shown and not alerted. It needs no model: for any stationary
// series, however heavy-tailed, alerts converge to at most the budget. A nightly job or a planned weekly rotation stops
// paging after a few times; something clearly larger still pages.

import type { Sensitivity } from "./detector-spec.ts";
import { DAY_SECONDS, WINDOWS } from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";
import { shortOf } from "./thresholds.ts";

/** Time per expected false alarm. */
export const BUDGET_SECONDS: Readonly<Record<Sensitivity, number>> = {
  low: 30 * DAY_SECONDS,
  medium: 7 * DAY_SECONDS,
  high: DAY_SECONDS,
};

/** Episodes are remembered for four budget periods, but at least a week and at most 90 days (or one period). */
const REMEMBERED_PERIODS = 4;
const LEAST_MEMORY_SECONDS = 7 * DAY_SECONDS;
const MOST_MEMORY_SECONDS = 90 * DAY_SECONDS;
/** More than high sensitivity lets through in its week many times over; bounds memory to 200 · 5 numbers. */
const MOST_EPISODES = 200;
/** "Clearly larger": by more than three standard deviations of a Poisson count of that size. */
const MARGIN = 3;

interface PastEpisode {
  startSecond: number;
  /** The most that each window held. */
  readonly peaks: Float64Array;
}

/** From how many events on a window is clearly above one that held `count`. */
function clearlyAbove(count: number): number {
  return count + MARGIN * Math.sqrt(count);
}

export class BudgetControl {
  /** For how long an episode is remembered. */
  readonly memorySeconds: number;
  /** m: as many episodes as the budget allows in that memory, plus one. */
  readonly #rank: number;
  #episodes: PastEpisode[] = [];
  /** q: the m-th largest peak at each window, 0 while there were fewer episodes. */
  readonly #recurring = new Float64Array(WINDOWS);

  constructor(budgetSeconds: number) {
    const periods = Math.max(REMEMBERED_PERIODS * budgetSeconds, LEAST_MEMORY_SECONDS);
    this.memorySeconds = Math.min(periods, Math.max(budgetSeconds, MOST_MEMORY_SECONDS));
    this.#rank = Math.floor(this.memorySeconds / budgetSeconds) + 1;
  }

  /** From how many events on a window alerts: past its threshold, and more than q + 3√q, which is nothing new. */
  alertCount(window: number, threshold: number): number {
    return Math.max(threshold, Math.floor(clearlyAbove(this.#recurring[window] as number)) + 1);
  }

  /** `alertCount` of every window. */
  alertCounts(thresholds: Float64Array): Float64Array {
    return thresholds.map((threshold, window) => this.alertCount(window, threshold));
  }

  /** Whether some window holds enough for an alert. */
  alerts(counts: Float64Array, thresholds: Float64Array): boolean {
    for (let i = 0; i < WINDOWS; i++) {
      if ((counts[i] as number) >= this.alertCount(i, thresholds[i] as number)) return true;
    }
    return false;
  }

  /** How many events come before some window can hold enough for an alert; at least 1. */
  short(counts: Float64Array, thresholds: Float64Array): number {
    return shortOf(counts, this.alertCounts(thresholds));
  }

  /** How many remembered episodes, the present one included, were of this size or larger. */
  times(window: number, count: number): number {
    return 1 + this.#episodes.filter(({ peaks }) => count <= clearlyAbove(peaks[window] as number)).length;
  }

  /** An episode is over. @param continues true when it was the last one, reopened. */
  record(startSecond: number, peaks: Float64Array, continues: boolean): void {
    const last = this.#episodes.at(-1);
    if (continues && last !== undefined) {
      for (let i = 0; i < WINDOWS; i++) last.peaks[i] = Math.max(last.peaks[i] as number, peaks[i] as number);
      last.startSecond = startSecond;
    } else this.#episodes.push({ startSecond, peaks: peaks.slice() });
  }

  /** Forgets what is too long ago as of `second` and ranks the rest. Once an hour and after each episode. */
  review(second: number): void {
    const oldest = second - this.memorySeconds;
    while (this.#episodes.length > MOST_EPISODES || (this.#episodes[0]?.startSecond ?? oldest) < oldest) {
      this.#episodes.shift();
    }
    for (let i = 0; i < WINDOWS; i++) {
      const largestFirst = this.#episodes.map(({ peaks }) => peaks[i] as number).sort((a, b) => b - a);
      this.#recurring[i] = largestFirst[this.#rank - 1] ?? 0;
    }
  }

  save(to: StateWriter): void {
    to.counts(this.#recurring);
    to.count(this.#episodes.length);
    for (const { startSecond, peaks } of this.#episodes) {
      to.count(startSecond);
      to.counts(peaks);
    }
  }

  load(from: StateReader): void {
    from.counts(this.#recurring);
    this.#episodes = Array.from({ length: from.count() }, () => {
      const startSecond = from.count();
      const peaks = new Float64Array(WINDOWS);
      from.counts(peaks);
      return { startSecond, peaks };
    });
  }
}
