// Holds back log lines that would repeat: the first of a kind is always written, then one a minute, which says how many
// were held back in between. Metrics count all of them.

/** Between two lines of one kind. */
const INTERVAL_MS = 60_000;

/** Kinds that are remembered; above it the whole memory is dropped, which costs a few repeated lines. */
const MAX_KINDS = 1_000;

interface Kind {
  lastMs: number;
  held: number;
}

export class RateLimit {
  readonly #kinds = new Map<string, Kind>();
  readonly #monotonic: () => number;

  /** @param monotonic milliseconds from any start, never running backwards. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** How many lines of this kind were held back since the last one when it is time for one again, else null. */
  pass(kind: string): number | null {
    const nowMs = this.#monotonic();
    const known = this.#kinds.get(kind);
    if (known === undefined) {
      if (this.#kinds.size >= MAX_KINDS) this.#kinds.clear();
      this.#kinds.set(kind, { lastMs: nowMs, held: 0 });
      return 0;
    }
    if (nowMs - known.lastMs < INTERVAL_MS) {
      known.held += 1;
      return null;
    }
    const { held } = known;
    known.lastMs = nowMs;
    known.held = 0;
    return held;
  }
}
