// A clock that only the test turns. Sleepers wake in the order of their times, and whatever they start runs to its
// next wait before the next one wakes, so a test says "90 s later" and finds the program as it would be then.

import type { Clock } from "../../src/host/clock.ts";

interface Sleeper {
  readonly dueMs: number;
  wake(): void;
}

/** How many turns of the event loop are given to promises and immediates after each step; a chain of awaits over
 * real file or socket reads needs `settle` with more. */
const TURNS = 5;

/** The clock that is turned by hand. */
export class FakeClock implements Clock {
  readonly #sleepers = new Set<Sleeper>();
  #wallMs: number;
  #monotonicMs = 0;

  /** @param startMs wall time at the start, milliseconds since the epoch. */
  constructor(startMs: number = Date.UTC(2026, 4, 25, 12, 0, 0)) {
    this.#wallMs = startMs;
  }

  now(): number {
    return this.#wallMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (signal?.aborted === true) {
      resolve();
      return promise;
    }
    const wake = (): void => {
      this.#sleepers.delete(sleeper);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const sleeper: Sleeper = { dueMs: this.#monotonicMs + Math.max(0, ms), wake };
    this.#sleepers.add(sleeper);
    signal?.addEventListener("abort", wake, { once: true });
    return promise;
  }

  async beat(ms: number, turn: () => boolean, signal: AbortSignal): Promise<void> {
    do await this.sleep(ms, signal);
    while (!signal.aborted && turn());
  }

  /** How many waits stand open: 0 after a clean stop. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** Turns both clocks forward, waking each sleeper at its own time. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms;
    await this.settle();
    for (let next = this.#earliest(); next !== undefined && next.dueMs <= endMs; next = this.#earliest()) {
      this.#turnTo(next.dueMs);
      next.wake();
      await this.settle();
    }
    this.#turnTo(endMs);
    await this.settle();
  }

  /** Steps the wall clock alone, as an administrator or NTP would; waits are untouched. */
  stepWall(ms: number): void {
    this.#wallMs += ms;
  }

  /** Lets everything that is ready run, without time passing. */
  async settle(turns: number = TURNS): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #turnTo(monotonicMs: number): void {
    this.#wallMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }

  #earliest(): Sleeper | undefined {
    let earliest: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (earliest === undefined || sleeper.dueMs < earliest.dueMs) earliest = sleeper;
    }
    return earliest;
  }
}
