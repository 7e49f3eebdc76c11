// Signals between the moment they arise and the moment they are taken. There is rarely one, and the question is asked
// after every event, so that nothing is allocated for the answer "none".

import type { Signal } from "./detector.ts";

const NONE: readonly Signal[] = Object.freeze([]);

export class SignalQueue {
  #signals: Signal[] = [];

  add(signal: Signal): void {
    this.#signals.push(signal);
  }

  /** All signals since the last call, oldest first; always the same empty array when there are none. */
  take(): readonly Signal[] {
    if (this.#signals.length === 0) return NONE;
    const taken = this.#signals;
    this.#signals = [];
    return taken;
  }
}
