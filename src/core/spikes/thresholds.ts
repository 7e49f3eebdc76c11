// From how many events on each sliding window fires: rarer by chance than the false-alarm budget allows, given the
// baseline. Computed when first asked for in a learning bucket: a quiet group never pays for it.

import type { Baseline, Prediction } from "./baseline.ts";
import { scanThreshold } from "./scan-rate.ts";
import { WINDOWS, WINDOW_SECONDS } from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";

/**
 * Never below this many times what is expected, whatever the rate is known to: a rise of a tenth would be significant soon
 * and is nobody's business. It is 2 for windows of up to 100 events and comes down to 1.25 for very many, since there a
 * rise by half is thousands of failed calls.
 */
const LEAST_RATIO = 1.25;
const LEAST_RATIO_OF_FEW = 2;
const FEW_EVENTS = 100;

/** The smallest count that is worth an alert where `mean` are expected. */
export function leastRise(mean: number): number {
  const few = Math.min(1, Math.sqrt(FEW_EVENTS / mean));
  return Math.ceil((LEAST_RATIO + (LEAST_RATIO_OF_FEW - LEAST_RATIO) * few) * mean);
}

/** How many events come before some window can hold enough to fire; at least 1. */
export function shortOf(counts: Float64Array, thresholds: Float64Array): number {
  let least = Infinity;
  for (let i = 0; i < WINDOWS; i++)
    least = Math.min(least, (thresholds[i] as number) - (counts[i] as number));
  return Math.max(1, least);
}

export class Thresholds {
  readonly #budgetSeconds: number;
  readonly #minCount: number;
  /** What each window holds and from which count on it fires; to be read after `refresh`. */
  readonly predictions: Prediction[] = WINDOW_SECONDS.map(() => ({ mean: 0, size: 1 }));
  readonly thresholds = new Float64Array(WINDOWS);
  #stale = true;

  /** @param budgetSeconds time per expected false alarm. @param minCount no window fires below this count. */
  constructor(budgetSeconds: number, minCount: number) {
    this.#budgetSeconds = budgetSeconds;
    this.#minCount = minCount;
  }

  /** The baseline has learned, or the hour has changed. */
  outdate(): void {
    this.#stale = true;
  }

  /**
   * Computes what is outdated, for windows that end in the learning bucket of `second`. The threshold of window W is
   * the smallest k ≥ max(minCount, `leastRise(μ)`) with ln R(k) ≤ ln(W/(4B)): the budget of one false alarm in B seconds is split
   * evenly over the four windows.
   */
  refresh(baseline: Baseline, second: number): void {
    if (!this.#stale) return;
    this.#stale = false;
    for (let i = 0; i < WINDOWS; i++) {
      const prediction = baseline.predict(i, second);
      const logRate = Math.log((WINDOW_SECONDS[i] as number) / (WINDOWS * this.#budgetSeconds));
      const last = this.thresholds[i] as number;
      const rare = scanThreshold(logRate, prediction.mean, prediction.size, this.#minCount, last);
      this.predictions[i] = prediction;
      this.thresholds[i] = Math.max(rare, leastRise(prediction.mean));
    }
  }

  /** The shortest window whose count has reached its threshold; -1 when none has. */
  hit(counts: Float64Array): number {
    for (let i = 0; i < WINDOWS; i++) if ((counts[i] as number) >= (this.thresholds[i] as number)) return i;
    return -1;
  }

  save(to: StateWriter): void {
    to.flag(this.#stale);
    if (this.#stale) return;
    for (const { mean, size } of this.predictions) {
      to.number(mean);
      to.number(size);
    }
    to.counts(this.thresholds);
  }

  load(from: StateReader): void {
    this.#stale = from.flag();
    if (this.#stale) return;
    for (let i = 0; i < WINDOWS; i++) this.predictions[i] = { mean: from.number(), size: from.number() };
    from.counts(this.thresholds);
  }
}
