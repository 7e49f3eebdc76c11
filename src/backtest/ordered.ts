// Items in the order of their own time, as far as they are at most a minute out of order: the lateness that the daemon
// allows. Programs with several threads write so, and a backtest, which need not hurry, judges their lines in order.

/** So long an item is waited for that is earlier than what was read. */
const LATENESS_MS = 60_000;
/** Items that wait; about half a kilobyte each. Beyond it the earlier half goes on, in the order known by then. */
const MOST_WAITING = 50_000;

interface Timed<Item> {
  readonly item: Item;
  readonly timeMs: number;
}

export class Ordered<Item> {
  /** In order; the first `#taken` were given. */
  #ready: readonly Timed<Item>[] = [];
  #taken = 0;
  #waiting: Timed<Item>[] = [];
  #inOrder = true;
  /** What is given from now on is not earlier. */
  #boundMs: number;

  /** @param beginsMs time of the first item, as far as it is known; -Infinity: it is not. */
  constructor(beginsMs: number) {
    this.#boundMs = beginsMs - LATENESS_MS;
  }

  /** Nothing that it still gives is earlier, milliseconds since the epoch. */
  get boundMs(): number {
    return this.#ready[this.#taken]?.timeMs ?? this.#boundMs;
  }

  /** An item that comes too late takes the time of what was given before it. */
  add(item: Item, ownMs: number): void {
    const timeMs = Math.max(ownMs, this.#boundMs);
    const last = this.#waiting.at(-1);
    if (last !== undefined && timeMs < last.timeMs) this.#inOrder = false;
    this.#waiting.push({ item, timeMs });
  }

  /** The next item when it is at hand. */
  take(): Item | null {
    const next = this.#ready[this.#taken];
    if (next === undefined) return null;
    this.#taken += 1;
    return next.item;
  }

  /**
   * Items up to `newestMs` were added. To be called when all that was ready has been taken.
   * @param ended no more will come.
   * @returns false when some that were out of order had to go on before all that may be earlier was there.
   */
  reach(newestMs: number, ended: boolean): boolean {
    const crowded = this.#waiting.length > MOST_WAITING;
    const patient = this.#inOrder || !crowded;
    if (!this.#inOrder) this.#waiting.sort((a, b) => a.timeMs - b.timeMs);
    this.#inOrder = true;
    let untilMs = ended ? Infinity : newestMs - LATENESS_MS;
    if (crowded) {
      untilMs = Math.max(untilMs, this.#waiting[this.#waiting.length >> 1]?.timeMs ?? untilMs);
    }
    const first = this.#waiting.findIndex(({ timeMs }) => timeMs > untilMs);
    const many = first === -1 ? this.#waiting.length : first;
    this.#ready = this.#waiting.slice(0, many);
    this.#waiting = this.#waiting.slice(many);
    this.#taken = 0;
    this.#boundMs = Math.max(this.#boundMs, untilMs);
    return patient;
  }
}
