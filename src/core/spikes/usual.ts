// What is usual for a group now, and what of the present may become usual: the baseline, the learning buckets that are
// open, and the thresholds that follow from both. A bucket is closed a minute after its end, when what may come late has come: so
// the order in which events arrive within that minute changes nothing that is learned.

import { Baseline, type Prediction } from "./baseline.ts";
import { expectedHigh } from "./evidence.ts";
import type { DetectorHistory } from "./history.ts";
import { EXCLUDED, MISSING } from "./learning-ring.ts";
import { upperQuantile } from "./negative-binomial.ts";
import { OpenBucket } from "./open-bucket.ts";
import { LATENESS_SECONDS, LEARNING_BUCKET_SECONDS, REFERENCE_WINDOW, WINDOW_SECONDS } from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";
import { Thresholds } from "./thresholds.ts";

/** ln of the share of usual counts above which an episode goes on. */
const LOG_ABNORMAL = Math.log(0.01);

export class Usual {
  /** The oldest bucket that is open, and the one after it once that has begun. */
  #bucket = new OpenBucket();
  #next = new OpenBucket();
  #turned = false;
  #paused = false;
  /** Until then nobody can see. */
  #missingUntilSecond = 0;
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
    this.#bucket.begin(second, this.#unlearnable(second));
    this.#turned = false;
  }

  /** When the next thing happens to the open buckets: the newest ends, or the one before it is closed. */
  get dueSecond(): number {
    const { endSecond } = this.#bucket;
    return this.#turned ? endSecond + LATENESS_SECONDS : endSecond;
  }

  /** `dueSecond` has come. @returns whether a bucket is to be closed now. */
  turn(): boolean {
    if (this.#turned) return true;
    this.#next.begin(this.#bucket.endSecond, this.#unlearnable(this.#bucket.endSecond));
    this.#turned = true;
    return false;
  }

  /** End of the oldest open bucket, seconds since the epoch. */
  get bucketEndSecond(): number {
    return this.#bucket.endSecond;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Counts events to be learned; late ones in the bucket that they belong to, as far back as 25 h. */
  add(second: number, count: number): void {
    if (second < this.#bucket.startSecond) this.#baseline.addLate(second, count);
    else (second < this.#bucket.endSecond ? this.#bucket : this.#next).add(second, count);
  }

  /** The oldest open bucket is closed. @param abnormalUntilSecond end of the last time of an episode. */
  closeBucket(abnormalUntilSecond: number): void {
    const closed = this.#bucket;
    this.#baseline.close(closed, closed.flag(abnormalUntilSecond > closed.startSecond));
    [this.#bucket, this.#next] = [this.#next, closed];
    this.#turned = false;
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
    this.#paused = on;
    if (on) this.#newest.miss();
  }

  markMissing(fromSecond: number, toSecond: number): void {
    this.#baseline.unlearn(fromSecond, toSecond, MISSING);
    this.#missingUntilSecond = Math.max(this.#missingUntilSecond, toSecond);
    if (fromSecond < this.#bucket.endSecond && toSecond > this.#bucket.startSecond) this.#bucket.miss();
    if (this.#turned && toSecond > this.#next.startSecond) this.#next.miss();
    this.#thresholds.outdate();
  }

  /** Whether nobody can see at `second`. */
  unseen(second: number): boolean {
    return second <= this.#missingUntilSecond;
  }

  /** The learning buckets as a chart shows them, each with what such a window may hold. */
  history(): DetectorHistory {
    const buckets = [...this.#baseline.closed(), this.#bucket, ...(this.#turned ? [this.#next] : [])];
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
    to.flag(this.#turned);
    if (this.#turned) this.#next.save(to);
    to.flag(this.#paused);
    to.count(this.#missingUntilSecond);
  }

  load(from: StateReader): void {
    for (const part of [this.#bucket, this.#thresholds, this.#baseline]) part.load(from);
    this.#turned = from.flag();
    if (this.#turned) this.#next.load(from);
    this.#paused = from.flag();
    this.#missingUntilSecond = from.count();
  }

  get #newest(): OpenBucket {
    return this.#turned ? this.#next : this.#bucket;
  }

  /** Whether a bucket that begins at `second` is not to be learned. */
  #unlearnable(second: number): boolean {
    return this.#paused || this.#missingUntilSecond > second;
  }
}
