// The first minutes of a group, in which it knows nothing.

import { LATENESS_SECONDS, LEARNING_BUCKET_SECONDS } from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";

/** It lasts until two learning buckets are closed. */
const WARM_UP_SECONDS = 2 * LEARNING_BUCKET_SECONDS + LATENESS_SECONDS;
/** Only a minute with so many events fires while it lasts. */
export const WARM_UP_COUNT = 50;
/** No second yet. */
const NEVER = -1;

export class WarmUp {
  #bornSecond = NEVER;

  /** Some time has been seen. */
  get begun(): boolean {
    return this.#bornSecond !== NEVER;
  }

  begin(second: number): void {
    this.#bornSecond = second;
  }

  lasts(nowSecond: number): boolean {
    return nowSecond - this.#bornSecond < WARM_UP_SECONDS;
  }

  /** Whether the shortest window holds too little to fire. */
  holdsBack(nowSecond: number, counts: Float64Array): boolean {
    return this.lasts(nowSecond) && (counts[0] as number) < WARM_UP_COUNT;
  }

  save(to: StateWriter): void {
    to.number(this.#bornSecond);
  }

  load(from: StateReader): void {
    this.#bornSecond = from.number();
  }
}
