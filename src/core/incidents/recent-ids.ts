// The request ids of the last events of a group in quiet times: when a spike is noticed, its first ids came before that
// moment, and they are the ones that tell how it began.

/** Events remembered in quiet times: more than most thresholds, so that a spike is told from its first event on. */
const REMEMBERED = 200;

export interface RecentId {
  readonly timeMs: number;
  readonly id: string;
}

export class RecentIds {
  #entries: RecentId[] = [];

  add(timeMs: number, id: string): void {
    this.#entries.push({ timeMs, id });
    if (this.#entries.length >= 2 * REMEMBERED) this.#entries = this.#entries.slice(-REMEMBERED);
  }

  /** Ids of events at or after `fromMs`, in the order of their coming. */
  since(fromMs: number): string[] {
    return this.#entries.filter((entry) => entry.timeMs >= fromMs).map((entry) => entry.id);
  }

  /** The same; all are forgotten here. */
  takeSince(fromMs: number): string[] {
    const ids = this.since(fromMs);
    this.#entries = [];
    return ids;
  }

  state(): readonly RecentId[] {
    return this.#entries.slice(-REMEMBERED);
  }

  static from(state: readonly RecentId[]): RecentIds {
    const recent = new RecentIds();
    recent.#entries = [...state];
    return recent;
  }
}
