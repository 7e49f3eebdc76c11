// What is usual for a group now, and what of the present may become usual: the baseline, the learning bucket that is
// open, and the thresholds that follow from both.

import { Baseline, type Prediction } from "./baseline.ts";
import { expectedHigh } from "./evidence.ts";
import type { DetectorHistory } from "./history.ts";
import { EXCLUDED, MISSING } from "./learning-ring.ts";
import { upperQuantile } from "./negative-binomial.ts";
import { OpenBucket } from "./open-bucket.ts";
import { LEARNING_BUCKET_SECONDS, REFERENCE_WINDOW, WINDOW_SECONDS } from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";
import { Thresholds } from "./thresholds.ts";

/** ln of the share of usual counts above which an episode goes on. */
const LOG_ABNORMAL = Math.log(0.01);

export class Usual {
  readonly #bucket = new OpenBucket();
  readonly #thresholds: Thresholds;
  #baseline = new Baseline();

  /** @param budgetSeconds time per expected false alarm. @param minCount no window fires below this count. */
  constructor(budgetSeconds: number, minCount: number) {
    this.#thresholds = new Thresholds(budgetSeconds, minCount);
  }

  /** Forgets everything and begins at `second`. */
  begin(second: number): void {
    this.#baseline = new Baseline();
    this.#thresholds.outdate();
    this.#bucket.begin(second);
  }

  /** When the open learning bucket ends, seconds since the epoch. */
  get bucketEndSecond(): number {
    return this.#bucket.endSecond;
  }

  get paused(): boolean {
    return this.#bucket.paused;
  }

  /** Counts events to be learned; late ones in the bucket that they belong to, as far back as 25 h. */
  add(second: number, count: number): void {
    if (second < this.#bucket.startSecond) this.#baseline.addLate(second, count);
    else {
      this.#bucket.count += count;
      this.#baseline.add(second - this.#bucket.startSecond, count);
    }
  }

  /** The open bucket ends. @param abnormalUntilSecond end of the last time of an episode. */
  closeBucket(abnormalUntilSecond: number): void {
    const { startSecond, endSecond, count } = this.#bucket;
    this.#baseline.close(startSecond, count, this.#bucket.flag(abnormalUntilSecond > startSecond));
    this.#bucket.begin(endSecond);
    this.#thresholds.outdate();
  }

  /** Predictions and thresholds of now. */
  now(): Thresholds {
    this.#thresholds.refresh(this.#baseline, this.#bucket.startSecond);
    return this.#thresholds;
  }

  /** An episode began: nothing since its onset is usual. Gives q99 per window, below which counts are normal again. */
  exclude(onsetSecond: number, nowSecond: number): Float64Array {
    this.#baseline.unlearn(onsetSecond, nowSecond, EXCLUDED);
    return Float64Array.from(WINDOW_SECONDS, (_, i) => {
      const { mean, size } = this.#baseline.predict(i, nowSecond);
      return upperQuantile(LOG_ABNORMAL, mean, size);
    });
  }

  /** The episode is over: the windows' thresholds are computed anew. */
  resume(): void {
    this.#thresholds.outdate();
  }

  /** What was excluded since `fromSecond` is the usual level from now on. */
  acceptLevel(fromSecond: number): void {
    this.#baseline.acceptLevel(fromSecond);
    this.#thresholds.outdate();
  }

  pause(on: boolean): void {
    this.#bucket.pause(on);
  }

  markMissing(fromSecond: number, toSecond: number): void {
    this.#baseline.unlearn(fromSecond, toSecond, MISSING);
    this.#bucket.missUntil(toSecond);
    this.#thresholds.outdate();
  }

  /** Whether nobody can see at `second`. */
  unseen(second: number): boolean {
    return this.#bucket.unseen(second);
  }

  /** The learning buckets as a chart shows them, each with what such a window may hold. */
  history(): DetectorHistory {
    const buckets = [...this.#baseline.closed(), this.#bucket];
    const highs = new Map<string, number>();
    // A high costs 10 µs, and a series without seasons has only one, one with seasons one for each half hour.
    const highOf = (prediction: Prediction): number => {
      const key = `${prediction.mean} ${prediction.size}`;
      const known = highs.get(key);
      if (known !== undefined) return known;
      const high = expectedHigh(prediction);
      highs.set(key, high);
      return high;
    };
    return {
      stepSeconds: LEARNING_BUCKET_SECONDS,
      fromMs: (buckets[0] ?? this.#bucket).startSecond * 1000,
      counts: buckets.map(({ count }) => count),
      expected: buckets.map(({ startSecond }) => this.#baseline.usual(startSecond)),
      expectedHigh: buckets.map(({ startSecond }) =>
        highOf(this.#baseline.predict(REFERENCE_WINDOW, startSecond)),
      ),
    };
  }

  save(to: StateWriter): void {
    for (const part of [this.#bucket, this.#thresholds, this.#baseline]) part.save(to);
  }

  load(from: StateReader): void {
    for (const part of [this.#bucket, this.#thresholds, this.#baseline]) part.load(from);
  }
}
