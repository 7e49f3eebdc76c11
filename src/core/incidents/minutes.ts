// Events per minute of event time, for the little chart in a message and the peak that it names.

const MINUTE_MS = 60_000;
/** Minutes kept and drawn: half an hour fits one line of a phone. */
const KEPT = 30;

export interface MinutesState {
  readonly newest: number;
  readonly counts: readonly number[];
}

export class Minutes {
  /** Number of the newest minute since the epoch. */
  #newest = 0;
  /** Counts of the last 30 minutes, oldest first. */
  #counts: number[] = Array.from({ length: KEPT }, () => 0);

  add(timeMs: number, count = 1): void {
    const minute = Math.floor(timeMs / MINUTE_MS);
    this.advance(timeMs);
    const at = KEPT - 1 - (this.#newest - minute);
    if (at >= 0) this.#counts[at] = (this.#counts[at] ?? 0) + count;
  }

  advance(timeMs: number): void {
    const minute = Math.floor(timeMs / MINUTE_MS);
    const passed = minute - this.#newest;
    if (passed <= 0) return;
    this.#newest = minute;
    this.#counts =
      passed >= KEPT
        ? Array.from({ length: KEPT }, () => 0)
        : [...this.#counts.slice(passed), ...Array.from({ length: passed }, () => 0)];
  }

  /** Events in the newest minute. */
  get current(): number {
    return this.#counts[KEPT - 1] ?? 0;
  }

  /** Highest minute since `fromMs`, as far as half an hour goes back. */
  peakSince(fromMs: number): number {
    const first = KEPT - 1 - (this.#newest - Math.floor(fromMs / MINUTE_MS));
    return Math.max(0, ...this.#counts.slice(Math.max(0, first)));
  }

  /** Counts per minute, oldest first, without the empty minutes before the first event. */
  sparkline(): number[] {
    const first = this.#counts.findIndex((count) => count > 0);
    return first === -1 ? [] : this.#counts.slice(first);
  }

  state(): MinutesState {
    return { newest: this.#newest, counts: this.#counts };
  }

  static from(state: MinutesState): Minutes {
    const minutes = new Minutes();
    minutes.#newest = state.newest;
    minutes.#counts = [...state.counts];
    return minutes;
  }
}
