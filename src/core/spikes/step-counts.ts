// Counts of the last 25 hours in steps of 5 min, for a chart: the memory of a detector that has no baseline.

import { type DetectorHistory, NO_HISTORY } from "./history.ts";
import { LEARNING_BUCKET_SECONDS } from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";

/** 25 h, as long as the baseline's memory of its steps; 2.4 KB. */
const STEPS = 300;
const STEP_MS = LEARNING_BUCKET_SECONDS * 1000;

export class StepCounts {
  readonly #counts = new Float64Array(STEPS);
  /** Number of the newest step since the epoch, and of the first that was ever seen; -1 before that. */
  #newest = -1;
  #first = -1;

  /** Time has reached `timeMs`. */
  advance(timeMs: number): void {
    const step = Math.floor(timeMs / STEP_MS);
    if (this.#first === -1) this.#first = this.#newest = step;
    if (step <= this.#newest) return;
    const passed = Math.min(STEPS, step - this.#newest);
    for (let k = 0; k < passed; k++) this.#counts[(step - k) % STEPS] = 0;
    this.#newest = step;
  }

  /** Counts events at their time, as far back as is kept. */
  add(timeMs: number, count: number): void {
    this.advance(timeMs);
    const step = Math.floor(timeMs / STEP_MS);
    if (step <= this.#newest - STEPS) return;
    this.#first = Math.min(this.#first, step);
    this.#counts[step % STEPS] = (this.#counts[step % STEPS] as number) + count;
  }

  view(): DetectorHistory {
    if (this.#newest === -1) return NO_HISTORY;
    const first = Math.max(this.#first, this.#newest - STEPS + 1);
    const counts = Array.from(
      { length: this.#newest - first + 1 },
      (_, k) => this.#counts[(first + k) % STEPS] as number,
    );
    return { ...NO_HISTORY, fromMs: first * STEP_MS, counts };
  }

  save(to: StateWriter): void {
    to.number(this.#newest);
    to.number(this.#first);
    to.counts(this.#counts);
  }

  load(from: StateReader): void {
    this.#newest = from.number();
    this.#first = from.number();
    from.counts(this.#counts);
  }
}
