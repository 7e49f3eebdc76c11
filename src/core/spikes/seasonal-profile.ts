// How a group's rate depends on the half hour of the day or of the week, believed only as far as the counts prove it.

import type { StateReader, StateWriter } from "./state-bytes.ts";

export const HALF_HOUR_SECONDS = 1800;

/** Shape of a profile that shows nothing: so large that its factors are 1 and their error nothing. */
const FLAT_SHAPE = 1e4;
/** The least shape that is believed: factors with a standard deviation of 2.2. */
const LEAST_SHAPE = 0.2;
/** Excess variance counts only beyond this many of its standard errors. */
const STANDARD_ERRORS = 2;

/** Factors on the long-run rate, one per half hour of a period. */
export class SeasonalProfile {
  readonly #keepPerVisit: number;
  /** Single precision: the factor's own error is far above 1e-7, and this is most of what a snapshot holds. */
  readonly #counts: Float32Array;
  readonly #hours: Float32Array;
  /** All 0 while the profile is flat: zeros take no room in a snapshot. */
  readonly #factors: Float32Array;
  #shape = FLAT_SHAPE;

  /**
   * @param bins half hours in the period: 48 for a day, 336 for a week.
   * @param keepPerVisit share of a bin's past that is left each time it comes round, 0 to 1.
   */
  constructor(bins: number, keepPerVisit: number) {
    this.#keepPerVisit = keepPerVisit;
    this.#counts = new Float32Array(bins);
    this.#hours = new Float32Array(bins);
    this.#factors = new Float32Array(bins);
  }

  /** Bin of a time, seconds since the epoch. Weeks begin on Thursday, as the epoch did. */
  bin(second: number): number {
    return Math.floor(second / HALF_HOUR_SECONDS) % this.#counts.length;
  }

  /** How many times its long-run rate the group does at `second`. */
  factor(second: number): number {
    return this.#shape === FLAT_SHAPE ? 1 : (this.#factors[this.bin(second)] as number);
  }

  /** Relative variance of that factor: 1/(α + n), of its gamma posterior. */
  relativeVariance(second: number): number {
    return 1 / (this.#shape + (this.#counts[this.bin(second)] as number));
  }

  /** Adds (or with negative numbers takes back) what a stretch of time held. */
  learn(second: number, count: number, hours: number): void {
    const bin = this.bin(second);
    this.#counts[bin] = Math.max(0, (this.#counts[bin] as number) + count);
    this.#hours[bin] = Math.max(0, (this.#hours[bin] as number) + hours);
  }

  /** To be called once when a half hour begins: its past weighs less from now on. */
  visit(second: number): void {
    const bin = this.bin(second);
    this.#counts[bin] = (this.#counts[bin] as number) * this.#keepPerVisit;
    this.#hours[bin] = (this.#hours[bin] as number) * this.#keepPerVisit;
  }

  /**
   * Empirical Bayes shrinkage of the factors. Counts nᵢ ~ Poisson(eᵢfᵢ) with fᵢ ~ Gamma(α, α); the variance of f is
   * estimated by moments, v = max(0, Σ[(nᵢ-eᵢ)² - φeᵢ] - 2·√Σ(φ³eᵢ + 2φ²eᵢ²)) / Σeᵢ², so that clumpiness φ and chance
   * are not taken for a season; α = clamp(1/v, 0.2, 10⁴) and fᵢ = (α + nᵢ)/(α + eᵢ), the posterior mean.
   * (Robbins 1956; Clayton & Kaldor 1987 for the gamma-Poisson case.)
   * @param ratePerHour events per hour that bin `i` would see without this profile.
   */
  fit(ratePerHour: (bin: number) => number, clumpiness: number): void {
    let excess = 0;
    let chance = 0;
    let squares = 0;
    for (let i = 0; i < this.#counts.length; i++) {
      const e = ratePerHour(i) * (this.#hours[i] as number);
      excess += ((this.#counts[i] as number) - e) ** 2 - clumpiness * e;
      chance += clumpiness ** 3 * e + 2 * clumpiness ** 2 * e * e;
      squares += e * e;
    }
    const variance = squares > 0 ? Math.max(0, excess - STANDARD_ERRORS * Math.sqrt(chance)) / squares : 0;
    this.#shape = variance > 1 / FLAT_SHAPE ? Math.max(LEAST_SHAPE, 1 / variance) : FLAT_SHAPE;
    if (this.#shape === FLAT_SHAPE) {
      this.#factors.fill(0);
      return;
    }
    for (let i = 0; i < this.#counts.length; i++) {
      const e = ratePerHour(i) * (this.#hours[i] as number);
      this.#factors[i] = (this.#shape + (this.#counts[i] as number)) / (this.#shape + e);
    }
  }

  save(to: StateWriter): void {
    to.number(this.#shape);
    to.singles(this.#counts);
    to.singles(this.#hours);
    to.singles(this.#factors);
  }

  load(from: StateReader): void {
    this.#shape = from.number();
    from.singles(this.#counts);
    from.singles(this.#hours);
    from.singles(this.#factors);
  }
}
