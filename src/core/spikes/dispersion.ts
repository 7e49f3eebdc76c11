// How far one window's counts stray from what was predicted for them, split in two: clumps (events that come in company,
// whatever the level) and a wrong level.

import type { StateReader, StateWriter } from "./state-bytes.ts";

/** Before anything is known, counts vary three times as much as Poisson's, and that is believed like 10 events. */
const PRIOR_CLUMPINESS = 3;
const PRIOR_CLUMPINESS_EVENTS = 10;
/** Before anything is known, the level is off by a third (0.1 = 0.32²), believed like Σμ² = 25. */
const PRIOR_LEVEL_ERROR = 0.1;
const PRIOR_LEVEL_WEIGHT = 25;
/** Excess counts as level error only beyond this many of its standard errors. */
const STANDARD_ERRORS = 2;
/** No count: the window before was left out. */
const UNKNOWN = -1;

export class Dispersion {
  /** Clumpiness: half squared successive differences, and the mean counts they belong to. */
  #differences = 0;
  #events = 0;
  /** The window before: its residual and its count (`UNKNOWN` after a stretch that was left out). */
  #lastResidual = 0;
  #lastCount = UNKNOWN;
  /** Level error: excess of the squared residuals, variance of that excess, Σμ². */
  #excess = 0;
  #excessVariance = 0;
  #squares = 0;

  /**
   * φ = max(1, (3·10 + S)/(10 + M)), variance over mean, with S = Σ(e-e′)²/2 and M = Σ(n+n′)/2 over successive windows,
   * e = n - μ. Differences, so that a wrong level is not mistaken for clumps: with plain squares one Monday morning
   * made the detector deaf for a week.
   */
  get clumpiness(): number {
    const prior = PRIOR_CLUMPINESS * PRIOR_CLUMPINESS_EVENTS;
    return Math.max(1, (prior + this.#differences) / (PRIOR_CLUMPINESS_EVENTS + this.#events));
  }

  /** c², squared relative error of the predicted level, from E(n-μ)² = φn + c²μ². */
  get levelError(): number {
    const sure = this.#excess - STANDARD_ERRORS * Math.sqrt(this.#excessVariance);
    const prior = PRIOR_LEVEL_ERROR * PRIOR_LEVEL_WEIGHT;
    return (prior + Math.max(0, sure)) / (PRIOR_LEVEL_WEIGHT + this.#squares);
  }

  /** One window closed with `count` events where `mean` were predicted. */
  add(count: number, mean: number): void {
    const residual = count - mean;
    if (this.#lastCount !== UNKNOWN) {
      this.#differences += (residual - this.#lastResidual) ** 2 / 2;
      this.#events += (count + this.#lastCount) / 2;
    }
    this.#lastResidual = residual;
    this.#lastCount = count;
    this.#addLevel(1, mean, residual * residual - this.clumpiness * count);
  }

  /** `windows` windows closed without an event, after one without: the same as adding each, at the cost of one. */
  addEmpty(windows: number, mean: number): void {
    this.#lastResidual = -mean;
    this.#addLevel(windows, mean, mean * mean);
  }

  /** Whether the window before is known to have held something. */
  get followsEvents(): boolean {
    return this.#lastCount > 0;
  }

  /** The time just past was left out: its successor has no neighbour to differ from. */
  interrupt(): void {
    this.#lastCount = UNKNOWN;
  }

  /** @param keep share of every sum that is left. */
  decay(keep: number): void {
    this.#differences *= keep;
    this.#events *= keep;
    this.#excess *= keep;
    this.#excessVariance *= keep * keep;
    this.#squares *= keep;
  }

  save(to: StateWriter): void {
    to.number(this.#differences);
    to.number(this.#events);
    to.number(this.#lastResidual);
    to.number(this.#lastCount);
    to.number(this.#excess);
    to.number(this.#excessVariance);
    to.number(this.#squares);
  }

  load(from: StateReader): void {
    this.#differences = from.number();
    this.#events = from.number();
    this.#lastResidual = from.number();
    this.#lastCount = from.number();
    this.#excess = from.number();
    this.#excessVariance = from.number();
    this.#squares = from.number();
  }

  /** Var((n-μ)² - φn) is close to φ³μ + 2φ²μ² for a count with variance φμ. */
  #addLevel(windows: number, mean: number, excess: number): void {
    const phi = this.clumpiness;
    this.#excess += windows * excess;
    this.#excessVariance += windows * (phi ** 3 * mean + 2 * phi * phi * mean * mean);
    this.#squares += windows * mean * mean;
  }
}
