// Whether a group's time is planned: then it is counted and not learned from. It ends where the silence ends, not where the
// next event lies.

import type { Channels } from "./channels.ts";
import type { Silences } from "./silences.ts";

export class PlannedTime {
  readonly #silences: Silences;
  readonly #channels: Channels;
  #untilMs: number | null = null;

  constructor(silences: Silences, channels: Channels) {
    this.#silences = silences;
    this.#channels = channels;
  }

  /** Until when this time is planned, milliseconds since the epoch; null when it is not. */
  get untilMs(): number | null {
    return this.#untilMs;
  }

  /** The group's time has reached `clockMs`. */
  reach(clockMs: number, rule: string, labels: Readonly<Record<string, string>>): void {
    const before = this.#untilMs;
    this.#untilMs = this.#silences.plannedUntil(rule, labels, clockMs);
    if ((before === null) === (this.#untilMs === null)) return;
    if (before !== null) this.#channels.advance(Math.min(before, clockMs));
    this.#channels.pauseLearning(this.#untilMs !== null);
  }

  restore(untilMs: number | null): void {
    this.#untilMs = untilMs;
  }
}
