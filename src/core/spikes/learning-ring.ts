// The last 25 hours in learning buckets of 5 min: what came, how busy the hour was known to be, and whether it may count as usual. It
// is what the level factor looks at, and it allows to take back what was learned from a spike's beginning.

import { LEARNING_BUCKET_SECONDS } from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";

/** 25 h: the 24 h of the slow level factor plus the hour that the longest window keeps away from it. */
export const LEARNING_BUCKETS = 300;

/** What became of a bucket. `UNUSED` has not been yet. */
export const UNUSED = 0;
/** Closed, and not old enough to be learned. */
export const WAITING = 1;
export const LEARNED = 2;
/** Time of an episode: not usual, unless it turns out to be a new level. */
export const EXCLUDED = 3;
/** Learned, but from before a new level was accepted: no guide to the level of now. */
export const SUPERSEDED = 4;
/** Nobody could see (source gone, logs lost), or it was planned: never learned. */
export const MISSING = 5;

export type BucketFlag =
  | typeof UNUSED
  | typeof WAITING
  | typeof LEARNED
  | typeof EXCLUDED
  | typeof SUPERSEDED
  | typeof MISSING;

export class LearningRing {
  /** Buckets closed so far. */
  closed = 0;
  /** Start of the newest closed bucket, seconds since the epoch. */
  newestSecond = 0;
  readonly #counts = new Float64Array(LEARNING_BUCKETS);
  /** Single precision: it is an estimate, and half the bytes are saved five times a second. */
  readonly #usualHours = new Float32Array(LEARNING_BUCKETS);
  readonly #flags = new Uint8Array(LEARNING_BUCKETS);

  /** @param usualHours hours at the long-run rate that the profile takes the bucket for: its length times its factor. */
  push(startSecond: number, count: number, usualHours: number, flag: BucketFlag): void {
    const slot = this.closed % LEARNING_BUCKETS;
    this.#counts[slot] = count;
    this.#usualHours[slot] = usualHours;
    this.#flags[slot] = flag;
    this.closed++;
    this.newestSecond = startSecond;
  }

  /** How many buckets can be asked for; the newest has age 1. */
  get size(): number {
    return Math.min(this.closed, LEARNING_BUCKETS);
  }

  startSecond(age: number): number {
    return this.newestSecond - (age - 1) * LEARNING_BUCKET_SECONDS;
  }

  /** Age of the bucket that holds `second`: 1 for the newest closed one; null when it is not kept. */
  ageOf(second: number): number | null {
    if (second >= this.newestSecond + LEARNING_BUCKET_SECONDS) return null;
    const age = 1 + Math.max(0, Math.ceil((this.newestSecond - second) / LEARNING_BUCKET_SECONDS));
    return age <= this.size ? age : null;
  }

  count(age: number): number {
    return this.#counts[this.#slot(age)] as number;
  }

  addCount(age: number, count: number): void {
    this.#counts[this.#slot(age)] = this.count(age) + count;
  }

  usualHours(age: number): number {
    return this.#usualHours[this.#slot(age)] as number;
  }

  flag(age: number): BucketFlag {
    return this.#flags[this.#slot(age)] as BucketFlag;
  }

  setFlag(age: number, flag: BucketFlag): void {
    this.#flags[this.#slot(age)] = flag;
  }

  save(to: StateWriter): void {
    to.count(this.closed);
    to.number(this.newestSecond);
    to.counts(this.#counts);
    to.singles(this.#usualHours);
    to.counts(this.#flags);
  }

  load(from: StateReader): void {
    this.closed = from.count();
    this.newestSecond = from.number();
    from.counts(this.#counts);
    from.singles(this.#usualHours);
    from.counts(this.#flags);
  }

  #slot(age: number): number {
    return (this.closed - age) % LEARNING_BUCKETS;
  }
}
