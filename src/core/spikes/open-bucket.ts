// The learning bucket that is being filled: its events, and whether it may be learned when it closes.

import { EXCLUDED, MISSING, WAITING } from "./learning-ring.ts";
import { LEARNING_BUCKET_SECONDS } from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";

export class OpenBucket {
  startSecond = 0;
  count = 0;
  /** Planned time is being counted and not learned. */
  paused = false;
  /** Some of this bucket was planned, or could not be seen. */
  #missing = false;
  /** Until then nobody can see. */
  #missingUntilSecond = 0;

  get endSecond(): number {
    return this.startSecond + LEARNING_BUCKET_SECONDS;
  }

  pause(on: boolean): void {
    this.paused = on;
    this.#missing ||= on;
  }

  /** Nobody can see, or could, until `second`. */
  missUntil(second: number): void {
    this.#missingUntilSecond = Math.max(this.#missingUntilSecond, second);
    this.#missing ||= second > this.startSecond;
  }

  unseen(second: number): boolean {
    return second <= this.#missingUntilSecond;
  }

  /** What the bucket will be in the learning ring. @param abnormal it touches an episode. */
  flag(abnormal: boolean): typeof WAITING | typeof EXCLUDED | typeof MISSING {
    if (this.#missing) return MISSING;
    return abnormal ? EXCLUDED : WAITING;
  }

  /** Begins the bucket that holds `second`. */
  begin(second: number): void {
    this.startSecond = second - (second % LEARNING_BUCKET_SECONDS);
    this.count = 0;
    this.#missing = this.paused || this.#missingUntilSecond > this.startSecond;
  }

  save(to: StateWriter): void {
    to.count(this.startSecond);
    to.count(this.count);
    to.flag(this.paused);
    to.flag(this.#missing);
    to.count(this.#missingUntilSecond);
  }

  load(from: StateReader): void {
    this.startSecond = from.count();
    this.count = from.count();
    this.paused = from.flag();
    this.#missing = from.flag();
    this.#missingUntilSecond = from.count();
  }
}
