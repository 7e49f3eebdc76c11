// The events of the last hour in base buckets of 10 s, and how many of them each sliding window holds. A window covers
// the base bucket of now and all that its length reaches back, so it holds at most one base bucket more than its
// length and never less: no spike can straddle an edge.

import {
  BASE_BUCKET_SECONDS,
  LATENESS_SECONDS,
  LONGEST_WINDOW_SECONDS,
  WINDOWS,
  WINDOW_SECONDS,
} from "./scales.ts";
import type { Prediction } from "./baseline.ts";
import { riseLength } from "./rise.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";

/** So many base buckets back a window that has moved on is still compared. */
const LATE_BUCKETS = LATENESS_SECONDS / BASE_BUCKET_SECONDS;
const BUCKETS = LONGEST_WINDOW_SECONDS / BASE_BUCKET_SECONDS + 2 + LATE_BUCKETS;
/** How many whole base buckets each window reaches back beyond the one of now. */
const REACH = WINDOW_SECONDS.map((seconds) => seconds / BASE_BUCKET_SECONDS);

export class WindowRing {
  /** Events in each window of `WINDOW_SECONDS` as of now. Read only; changes in place. */
  readonly counts = new Float64Array(WINDOWS);
  readonly #buckets = new Float64Array(BUCKETS);
  readonly #held = new Float64Array(WINDOWS);
  /** Number of the base bucket of now: seconds since the epoch / 10, rounded down. */
  #newest = 0;
  /** Events before this second are no longer counted: it is when the windows were last emptied. */
  #sinceSecond = -Infinity;

  /** Slides all windows forward to `second`; the first call sets the start. Earlier seconds change nothing. */
  advance(second: number): void {
    const target = Math.floor(second / BASE_BUCKET_SECONDS);
    if (target - this.#newest >= BUCKETS || this.counts[WINDOWS - 1] === 0) {
      if (target <= this.#newest) return;
      this.#buckets.fill(0);
      this.counts.fill(0);
      this.#newest = target;
      return;
    }
    while (this.#newest < target) {
      this.#newest++;
      for (let i = 0; i < WINDOWS; i++) {
        this.counts[i] = (this.counts[i] as number) - this.#at(this.#newest - 1 - (REACH[i] as number));
      }
      this.#buckets[this.#newest % BUCKETS] = 0;
    }
  }

  /**
   * Index of the shortest window that still covers `second` (not after now); all longer ones cover it too. It is the
   * number of windows when none does.
   */
  shortestCovering(second: number): number {
    if (second < this.#sinceSecond) return WINDOWS;
    const age = this.#newest - Math.floor(second / BASE_BUCKET_SECONDS);
    let i = 0;
    while (i < WINDOWS && age > (REACH[i] as number)) i++;
    return i;
  }

  /** Counts events of `second` in every window from `shortest` on, which `shortestCovering(second)` gave. */
  add(second: number, count: number, shortest: number): void {
    const slot = Math.floor(second / BASE_BUCKET_SECONDS) % BUCKETS;
    this.#buckets[slot] = (this.#buckets[slot] as number) + count;
    for (let i = shortest; i < WINDOWS; i++) this.counts[i] = (this.counts[i] as number) + count;
  }

  /**
   * The most that each window has held since `second`: what it holds now, and for a late event what it would have held had
   * the event come in time, at most a minute back. To be read at once; changes in place.
   */
  heldSince(second: number): Float64Array {
    const first = Math.max(Math.floor(second / BASE_BUCKET_SECONDS), this.#newest - LATE_BUCKETS);
    if (first >= this.#newest) return this.counts;
    for (let i = 0; i < WINDOWS; i++) {
      let held = this.counts[i] as number;
      let most = held;
      for (let end = this.#newest; end > first; end--) {
        held += this.#at(end - 1 - (REACH[i] as number)) - this.#at(end);
        if (held > most) most = held;
      }
      this.#held[i] = most;
    }
    return this.#held;
  }

  /** When what fills a window began: the start of a base bucket, seconds since the epoch. */
  riseSecond(window: number, usual: { readonly predictions: readonly Prediction[] }): number {
    const buckets = (REACH[window] as number) + 1;
    const counts = Array.from({ length: buckets }, (_, age) => this.#at(this.#newest - age));
    const mean = usual.predictions[window]?.mean ?? 0;
    const length = riseLength(counts, mean / buckets);
    return (this.#newest - length + 1) * BASE_BUCKET_SECONDS;
  }

  /** Events of the base buckets from the one of `second` on, at most an hour back. */
  countSince(second: number): number {
    let count = 0;
    const first = Math.max(Math.floor(second / BASE_BUCKET_SECONDS), this.#newest - BUCKETS + 1);
    for (let bucket = first; bucket <= this.#newest; bucket++) count += this.#at(bucket);
    return count;
  }

  /** Empties all windows at `second`, so that a drained spike cannot fire again. */
  clear(second: number): void {
    this.#buckets.fill(0);
    this.counts.fill(0);
    this.#sinceSecond = second;
  }

  save(to: StateWriter): void {
    to.number(this.#newest);
    to.number(this.#sinceSecond);
    to.counts(this.#buckets);
    to.counts(this.counts);
  }

  load(from: StateReader): void {
    this.#newest = from.number();
    this.#sinceSecond = from.number();
    from.counts(this.#buckets);
    from.counts(this.counts);
  }

  #at(bucket: number): number {
    return bucket < 0 ? 0 : (this.#buckets[bucket % BUCKETS] as number);
  }
}
