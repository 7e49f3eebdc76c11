// What a group usually does: a long-run rate, factors for the half hour of the day and of the week, a recent level, and
// how far counts stray from all that. It learns late, never from episodes, and can take back what it learned.

import { AlignedWindows } from "./aligned-windows.ts";
import { Dispersion } from "./dispersion.ts";
import { levelFactor } from "./level-factor.ts";
import type { LevelFactor } from "./level-factor.ts";
import { EXCLUDED, LEARNED, LearningRing, MISSING, SUPERSEDED, WAITING } from "./learning-ring.ts";
import type { BucketFlag } from "./learning-ring.ts";
import type { OpenBucket } from "./open-bucket.ts";
import { HALF_HOUR_SECONDS, SeasonalProfile } from "./seasonal-profile.ts";
import {
  BASE_BUCKET_SECONDS,
  DAY_SECONDS,
  HOUR_SECONDS,
  LEARNING_BUCKET_SECONDS,
  MEMORY_SECONDS,
  REFERENCE_WINDOW,
  WINDOWS,
  WINDOW_SECONDS,
} from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";

/** The rate before anything is known: Gamma(0.3, 0.1 h), a mean of 3/h that is worth six minutes of history. */
const PRIOR_EVENTS = 0.3;
const PRIOR_HOURS = 0.1;
/** Half hours of the day and of the week are believed once 60 h were learned: then most have been seen twice. */
const SEASONAL_FROM_HOURS = 60;
const DAY_BINS = 48;
const WEEK_BINS = 336;
/** A half hour of the day keeps e^(-1/7) at each visit, one of the week 0.6 (it comes round only once a week). */
const DAY_KEEP = Math.exp(-DAY_SECONDS / MEMORY_SECONDS);
const WEEK_KEEP = 0.6;
const BUCKET_KEEP = Math.exp(-LEARNING_BUCKET_SECONDS / MEMORY_SECONDS);
const BUCKET_HOURS = LEARNING_BUCKET_SECONDS / HOUR_SECONDS;
/** A bucket is learned when it is a quarter of the group's age old: at least 1 bucket, at most 1 h. */
const MOST_LAG_BUCKETS = 12;
const LAG_SHARE = 1 / 4;
/** Keeps a division finite when nothing at all is expected. */
const LEAST_MEAN = 1e-12;

/** The count of a window as a distribution: negative binomial, see negative-binomial.ts. */
export interface Prediction {
  readonly mean: number;
  readonly size: number;
}

export class Baseline {
  /** Long-run events and the hours they took, both fading over a week. */
  #events = 0;
  #hours = 0;
  readonly #day = new SeasonalProfile(DAY_BINS, DAY_KEEP);
  readonly #week = new SeasonalProfile(WEEK_BINS, WEEK_KEEP);
  readonly #ring = new LearningRing();
  readonly #aligned = new AlignedWindows();
  readonly #dispersions = WINDOW_SECONDS.map(() => new Dispersion());
  /** Level factors as last asked for; emptied whenever the ring changes. */
  readonly #levels: (LevelFactor | null)[] = WINDOW_SECONDS.map(() => null);

  /** Counts late events of a bucket that is closed: it changes what was, or will be, learned from it. */
  addLate(second: number, count: number): void {
    const age = this.#ring.ageOf(second);
    if (age === null) return;
    this.#ring.addCount(age, count);
    const flag = this.#ring.flag(age);
    if (flag === LEARNED || flag === SUPERSEDED) this.#learn(this.#ring.startSecond(age), count, 0);
    this.#levels.fill(null);
  }

  /**
   * A bucket is closed. @param flag `WAITING` is learned in time, `EXCLUDED` and `MISSING` are not.
   */
  close({ startSecond, endSecond, count, minutes }: OpenBucket, flag: BucketFlag): void {
    const perMinute = (this.#seasonalRate(startSecond) * this.#level(0).factor) / 60;
    this.#aligned.close(endSecond, minutes, count, perMinute, flag === WAITING, this.#dispersions);
    for (const dispersion of this.#dispersions) dispersion.decay(BUCKET_KEEP);
    this.#events *= BUCKET_KEEP;
    this.#hours *= BUCKET_KEEP;
    if (startSecond % HALF_HOUR_SECONDS === 0) this.#visitHalfHour(startSecond);
    this.#ring.push(startSecond, count, this.#seasonalFactor(startSecond) * BUCKET_HOURS, flag);
    this.#learnDue();
    this.#levels.fill(null);
  }

  /** Takes back what was learned from buckets that touch [fromSecond, toSecond) and keeps them from being learned. */
  unlearn(fromSecond: number, toSecond: number, flag: typeof EXCLUDED | typeof MISSING): void {
    for (let age = 1; age <= this.#ring.size; age++) {
      const start = this.#ring.startSecond(age);
      if (start + LEARNING_BUCKET_SECONDS <= fromSecond) break;
      if (start >= toSecond) continue;
      const was = this.#ring.flag(age);
      if (was === LEARNED || was === SUPERSEDED) this.#learn(start, -this.#ring.count(age), -BUCKET_HOURS);
      if (was !== MISSING) this.#ring.setFlag(age, flag);
    }
    this.#levels.fill(null);
  }

  /** Accepts a new level: what was excluded since `fromSecond` is usual from now on, what was before no guide to it. */
  acceptLevel(fromSecond: number): void {
    for (let age = 1; age <= this.#ring.size; age++) {
      const start = this.#ring.startSecond(age);
      const flag = this.#ring.flag(age);
      if (start >= fromSecond) {
        if (flag !== EXCLUDED && flag !== WAITING) continue;
        this.#ring.setFlag(age, LEARNED);
        this.#learn(start, this.#ring.count(age), BUCKET_HOURS);
      } else if (flag === LEARNED) this.#ring.setFlag(age, SUPERSEDED);
    }
    this.#levels.fill(null);
  }

  /**
   * What a window that ends in the learning bucket of `second` holds: mean μ = ŝ·g·(W + 10 s), and 1/r as the sum of
   * all relative variances: rate 1/(a₀+a), profiles, level 1/(5+N), clumps (φ-1)/μ, level error c².
   */
  predict(window: number, second: number): Prediction {
    const seconds = WINDOW_SECONDS[window] as number;
    const level = this.#level(window);
    const hours = (seconds + BASE_BUCKET_SECONDS) / HOUR_SECONDS;
    const mean = this.#alertRate(seconds, second) * level.factor * hours;
    const dispersion = this.#dispersions[window] as Dispersion;
    const variance =
      1 / (PRIOR_EVENTS + this.#events) +
      (this.#seasonal ? this.#day.relativeVariance(second) + this.#week.relativeVariance(second) : 0) +
      (level.factor === 1 ? 0 : 1 / level.weight) +
      (dispersion.clumpiness - 1) / Math.max(mean, LEAST_MEAN) +
      dispersion.levelError;
    return { mean, size: 1 / variance };
  }

  /** Start of the oldest learning bucket that is kept and its count, and so on; the bucket that is open is not among them. */
  *closed(): Generator<{ readonly startSecond: number; readonly count: number }> {
    for (let age = this.#ring.size; age > 0; age--) {
      yield { startSecond: this.#ring.startSecond(age), count: this.#ring.count(age) };
    }
  }

  /** Events that a learning bucket usually holds, by all that is known now. */
  usual(second: number): number {
    return this.#seasonalRate(second) * this.#level(REFERENCE_WINDOW).factor * BUCKET_HOURS;
  }

  save(to: StateWriter): void {
    to.number(this.#events);
    to.number(this.#hours);
    for (const part of [this.#day, this.#week, this.#ring, this.#aligned, ...this.#dispersions])
      part.save(to);
  }

  load(from: StateReader): void {
    this.#events = from.number();
    this.#hours = from.number();
    for (const part of [this.#day, this.#week, this.#ring, this.#aligned, ...this.#dispersions])
      part.load(from);
    this.#levels.fill(null);
  }

  /** λ = (a₀ + a)/(b₀ + b), events per hour. */
  get #rate(): number {
    return (PRIOR_EVENTS + this.#events) / (PRIOR_HOURS + this.#hours);
  }

  get #seasonal(): boolean {
    return this.#hours >= SEASONAL_FROM_HOURS;
  }

  /** f_day·f_week, 1 while no season is known. */
  #seasonalFactor(second: number): number {
    return this.#seasonal ? this.#day.factor(second) * this.#week.factor(second) : 1;
  }

  /** s(t) = λ·f_day·f_week, events per hour. */
  #seasonalRate(second: number): number {
    return this.#rate * this.#seasonalFactor(second);
  }

  /** ŝ: the largest of s at the time, half an hour before and after (sharp edges, daylight saving, jitter). */
  #widestRate(second: number): number {
    const at = this.#seasonalRate(second);
    const before = this.#seasonalRate(second - HALF_HOUR_SECONDS);
    return Math.max(at, before, this.#seasonalRate(second + HALF_HOUR_SECONDS));
  }

  /** Mean of ŝ over the learning buckets that the window reaches back to. */
  #alertRate(windowSeconds: number, second: number): number {
    if (!this.#seasonal) return this.#rate;
    const buckets = Math.ceil(windowSeconds / LEARNING_BUCKET_SECONDS);
    let sum = 0;
    for (let k = 0; k < buckets; k++) sum += this.#widestRate(second - k * LEARNING_BUCKET_SECONDS);
    return sum / buckets;
  }

  #level(window: number): LevelFactor {
    return (this.#levels[window] ??= levelFactor(this.#ring, WINDOW_SECONDS[window] as number, this.#rate));
  }

  #learn(second: number, count: number, hours: number): void {
    this.#events = Math.max(0, this.#events + count);
    this.#hours = Math.max(0, this.#hours + hours);
    this.#day.learn(second, count, hours);
    this.#week.learn(second, count, hours);
  }

  /** Learns the buckets that have become old enough: a spike in the making is not yet usual. */
  #learnDue(): void {
    const ring = this.#ring;
    const lag = Math.max(1, Math.min(MOST_LAG_BUCKETS, Math.floor(ring.closed * LAG_SHARE)));
    for (let age = lag + 1; age <= ring.size && ring.flag(age) === WAITING; age++) {
      ring.setFlag(age, LEARNED);
      this.#learn(ring.startSecond(age), ring.count(age), BUCKET_HOURS);
    }
  }

  #visitHalfHour(second: number): void {
    this.#day.visit(second);
    this.#week.visit(second);
    if (!this.#seasonal) return;
    const clumpiness = (this.#dispersions[WINDOWS - 1] as Dispersion).clumpiness;
    const rate = this.#rate;
    this.#day.fit(() => rate, clumpiness);
    this.#week.fit((bin) => rate * this.#day.factor((bin % DAY_BINS) * HALF_HOUR_SECONDS), clumpiness);
  }
}
