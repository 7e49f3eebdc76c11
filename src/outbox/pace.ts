// When a receiver may be offered anything: its circuit, and the silence it asked for. Times are of the monotonic clock.

import type { FailureClass } from "../receivers/receiver.ts";
import { afterFailure, CLOSED, permits, probing } from "./circuit.ts";
import type { Circuit } from "./circuit.ts";

/** Hand-overs under way to one receiver at once, each of another incident. */
export const AT_ONCE = 4;

/** One receiver's pace. */
export class Pace {
  readonly #turned: (open: boolean) => void;
  #circuit: Circuit = CLOSED;
  #pausedUntilMs = 0;

  /** @param turned is told when the circuit opens and when it closes. */
  constructor(turned: (open: boolean) => void) {
    this.#turned = turned;
  }

  get open(): boolean {
    return this.#circuit.state !== "closed";
  }

  /** Until when the receiver asked for silence; in the past when it did not. */
  get pausedUntilMs(): number {
    return this.#pausedUntilMs;
  }

  /** How many more may start now, and whether each has to wait for its own back-off. */
  room(nowMs: number, underWay: number): { readonly places: number; readonly backOff: boolean } {
    const permitted = nowMs < this.#pausedUntilMs ? "none" : permits(this.#circuit, nowMs);
    switch (permitted) {
      case "all":
        return { places: AT_ONCE - underWay, backOff: true };
      case "one":
        // A probe does not wait for its own back-off: the circuit's time has taken its place.
        return { places: underWay === 0 ? 1 : 0, backOff: false };
      case "none":
        return { places: 0, backOff: true };
    }
  }

  /** When the next may start at the earliest; Infinity when only the end of one under way makes room. */
  nextStartMs(notBeforeMs: readonly number[], underWay: number): number {
    const circuit = this.#circuit;
    const full = underWay >= (circuit.state === "closed" ? AT_ONCE : 1);
    if (full || notBeforeMs.length === 0 || circuit.state === "probing") return Infinity;
    const dueMs = circuit.state === "open" ? circuit.untilMs : Math.min(...notBeforeMs);
    return Math.max(this.#pausedUntilMs, dueMs);
  }

  /** Something was offered: after an opening it is the probe. */
  started(): void {
    this.#circuit = probing(this.#circuit);
  }

  delivered(): void {
    this.#turn(CLOSED);
  }

  /** @param person only a person can mend it. */
  failed(failure: FailureClass, person: boolean, nowMs: number): void {
    this.#turn(afterFailure(this.#circuit, failure, person, nowMs));
  }

  /** A person believes that it works again: the next probe is due now. */
  hurry(nowMs: number): void {
    if (this.#circuit.state === "open") this.#circuit = { ...this.#circuit, untilMs: nowMs };
  }

  pause(untilMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs);
  }

  #turn(circuit: Circuit): void {
    const wasOpen = this.open;
    this.#circuit = circuit;
    if (wasOpen !== this.open) this.#turned(this.open);
  }
}
