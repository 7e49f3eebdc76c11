// How many messages people are sent: a channel of three hundred alerts is read by nobody. Beyond the budget everything
// that waits is said together, in one digest. Pure: times come in, of the monotonic clock, milliseconds.

/** What a receiver may be sent one by one. */
export interface Budget {
  readonly messages: number;
  /** In any stretch of this length. */
  readonly perMs: number;
}

/** The first digest of a flood waits so long, since what comes at once belongs together. */
const GATHER_MS = 30_000;
/** Digests are at least so far apart. */
const BETWEEN_MS = 300_000;

/** What a restart must not forget of a flood: how long ago things were, milliseconds before `atMs` of the wall clock. */
export interface FloodState {
  readonly atMs: number;
  readonly acceptedAgoMs: readonly number[];
  /** Null when no digest was sent. */
  readonly digestedAgoMs: number | null;
}

/** One receiver's budget, and the flood while there is one. */
export class Flood {
  readonly budget: Budget | null;
  /** When the messages of late were accepted, oldest first; at most as many as the budget has. */
  #accepted: number[] = [];
  #heldSinceMs: number | null = null;
  #digestedAtMs = -Infinity;

  /** @param budget null: no bound. */
  constructor(budget: Budget | null) {
    this.budget = budget;
  }

  /** Goes on from what `state` gave. @param wallMs of now; a clock that stepped back makes nothing younger than it was. */
  restore({ atMs, acceptedAgoMs, digestedAgoMs }: FloodState, wallMs: number, nowMs: number): void {
    const sinceMs = Math.max(0, wallMs - atMs);
    this.#accepted = acceptedAgoMs.map((agoMs) => nowMs - agoMs - sinceMs);
    if (digestedAgoMs !== null) this.#digestedAtMs = nowMs - digestedAgoMs - sinceMs;
  }

  state(wallMs: number, nowMs: number): FloodState {
    return {
      atMs: wallMs,
      acceptedAgoMs: this.#accepted.map((atMs) => nowMs - atMs),
      digestedAgoMs: this.#digestedAtMs === -Infinity ? null : nowMs - this.#digestedAtMs,
    };
  }

  /** Messages wait for no other reason than that there were too many. */
  get holding(): boolean {
    return this.#heldSinceMs !== null;
  }

  /** How many more may be under way one by one. */
  room(nowMs: number, underWay: number): number {
    if (this.budget === null) return Infinity;
    const { messages, perMs } = this.budget;
    this.#accepted = this.#accepted.filter((atMs) => nowMs - atMs < perMs);
    return Math.max(0, messages - this.#accepted.length - underWay);
  }

  /** There is something to say and no room. @returns whether a digest is due. */
  hold(nowMs: number): boolean {
    this.#heldSinceMs ??= nowMs;
    return this.#digestAtMs() <= nowMs;
  }

  /** When something can be said again; 0 while nothing is held. */
  nextMs(): number {
    const [oldest] = this.#accepted;
    if (this.#heldSinceMs === null || this.budget === null || oldest === undefined) return 0;
    return Math.min(this.#digestAtMs(), oldest + this.budget.perMs);
  }

  /** Nothing is held any more. */
  release(): void {
    this.#heldSinceMs = null;
  }

  accepted(nowMs: number): void {
    if (this.budget !== null) this.#accepted.push(nowMs);
  }

  digested(nowMs: number): void {
    this.#digestedAtMs = nowMs;
    this.#heldSinceMs = null;
  }

  #digestAtMs(): number {
    return Math.max((this.#heldSinceMs ?? Infinity) + GATHER_MS, this.#digestedAtMs + BETWEEN_MS);
  }
}
