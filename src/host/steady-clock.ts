// The time by which logs are judged: the wall clock's at the start, carried on by the monotonic clock. An administrator, NTP
// or a wrong zone may step the wall clock by an hour, and neither may that empty the windows nor hold a spike for over.

import type { Clock } from "./clock.ts";

/**
 * A step is made up for by running this much faster or slower: an hour in ten hours. No rate that is worth an alert is told
 * from its tenth.
 */
const SLEW = 0.1;
/**
 * Above this a step forward is taken over at once: the machine slept, or was started before its clock was set. Steps back
 * are always made up for slowly, for time that was judged once cannot come again.
 */
const LARGEST_SLEWED_MS = 2 * 3_600_000;

export interface SteadyMoment {
  /** Milliseconds since the epoch; never goes back, and moves as the monotonic clock does. */
  readonly nowMs: number;
  /** How far the wall clock is ahead of `nowMs`, by a step that is not made up for yet; negative: behind. */
  readonly wallAheadMs: number;
  /** Set when a large step was taken over just now: since when nobody has seen anything. */
  readonly blindSinceMs: number | null;
}

export class SteadyClock {
  readonly #clock: Clock;
  #nowMs: number;
  #monotonicMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#nowMs = clock.now();
    this.#monotonicMs = clock.monotonic();
  }

  read(): SteadyMoment {
    const monotonicMs = this.#clock.monotonic();
    const passedMs = Math.max(0, monotonicMs - this.#monotonicMs);
    this.#monotonicMs = monotonicMs;
    const wallMs = this.#clock.now();
    const aheadMs = wallMs - (this.#nowMs + passedMs);
    const blindSinceMs = aheadMs > LARGEST_SLEWED_MS ? this.#nowMs + passedMs : null;
    const mostMs = blindSinceMs === null ? passedMs * SLEW : Infinity;
    this.#nowMs += passedMs + Math.min(Math.max(aheadMs, -mostMs), mostMs);
    return { nowMs: this.#nowMs, wallAheadMs: wallMs - this.#nowMs, blindSinceMs };
  }
}
