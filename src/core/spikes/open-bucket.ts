// A learning bucket that is being filled: its events, minute by minute, and whether it may be learned when it closes.

import { EXCLUDED, MISSING, WAITING } from "./learning-ring.ts";
import { LEARNING_BUCKET_SECONDS } from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";

const MINUTE_SECONDS = 60;
export const BUCKET_MINUTES = LEARNING_BUCKET_SECONDS / MINUTE_SECONDS;

export class OpenBucket {
  startSecond = 0;
  count = 0;
  /** Events of each of its minutes. */
  readonly minutes = new Float64Array(BUCKET_MINUTES);
  /** Some of it was planned, or could not be seen. */
  #missing = false;

  get endSecond(): number {
    return this.startSecond + LEARNING_BUCKET_SECONDS;
  }

  /** Counts events at `second`, which lies within. */
  add(second: number, count: number): void {
    this.count += count;
    const minute = Math.floor((second - this.startSecond) / MINUTE_SECONDS);
    this.minutes[minute] = (this.minutes[minute] as number) + count;
  }

  /** It will not be learned. */
  miss(): void {
    this.#missing = true;
  }

  /** What it will be in the learning ring. @param abnormal it touches an episode. */
  flag(abnormal: boolean): typeof WAITING | typeof EXCLUDED | typeof MISSING {
    if (this.#missing) return MISSING;
    return abnormal ? EXCLUDED : WAITING;
  }

  /** Begins the bucket that holds `second`. @param missing nobody can see, or it is planned. */
  begin(second: number, missing: boolean): void {
    this.startSecond = second - (second % LEARNING_BUCKET_SECONDS);
    this.count = 0;
    this.minutes.fill(0);
    this.#missing = missing;
  }

  save(to: StateWriter): void {
    to.count(this.startSecond);
    to.count(this.count);
    to.counts(this.minutes);
    to.flag(this.#missing);
  }

  load(from: StateReader): void {
    this.startSecond = from.count();
    this.count = from.count();
    from.counts(this.minutes);
    this.#missing = from.flag();
  }
}
