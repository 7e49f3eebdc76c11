// The last hour of a group's events, by key, service and place: a spike is noticed after it began, and its profile must
// begin where it did. And the keys that were seen before that, to tell keys in use from keys never heard of.

import type { RevokedEvent } from "../events/event.ts";

/** What the profile takes from an event. */
export type ProfileEvent = Pick<RevokedEvent, "timeMs" | "key" | "service" | "host" | "source">;

const KEPT_MS = 3_600_000;
/** Events that are kept: many times what fires in a quiet group; in a busy one the newest are as good a sample. */
const MOST_EVENTS = 1024;
/** Of these, how many a snapshot holds: about 6 KiB. */
const MOST_SAVED_EVENTS = 128;
/** Keys that are remembered from before; the one remembered longest gives way. */
const MOST_KNOWN_KEYS = 512;
/** Digits of a digest that tell one group's keys apart. */
const DIGEST_DIGITS = 16;

/** Identity of a key within a group. @param digest hex. */
export function keyId(digest: string): string {
  return digest.slice(0, DIGEST_DIGITS);
}

export interface RecentEventsState {
  readonly events: readonly ProfileEvent[];
  readonly knownKeys: readonly string[];
}

type Kept = { -readonly [Name in keyof ProfileEvent]: ProfileEvent[Name] };

export class RecentEvents {
  /** A ring of at most `MOST_EVENTS`; an event that finds it full is written over the oldest, and allocates nothing. */
  #ring: Kept[] = [];
  /** Place of the oldest. */
  #head = 0;
  #size = 0;
  readonly #known = new Set<string>();

  add({ timeMs, key, service, host, source }: ProfileEvent): void {
    if (this.#size === MOST_EVENTS) this.#drop();
    const kept = this.#nextPlace();
    kept.timeMs = timeMs;
    kept.key = key;
    kept.service = service;
    kept.host = host;
    kept.source = source;
    this.#size++;
    this.advance(timeMs);
  }

  /** Forgets what is over an hour old at `timeMs`; true when there was something. */
  advance(timeMs: number): boolean {
    const forgets = this.#oldestMs < timeMs - KEPT_MS;
    while (this.#oldestMs < timeMs - KEPT_MS) this.#drop();
    // The places of a ring hold fast to what was in them: a quarter of a kilobyte each.
    if (forgets && this.#size === 0) {
      this.#ring = [];
      this.#head = 0;
    }
    return forgets;
  }

  /** Whether the key was seen before what is kept now. @param id as `keyId` gives it. */
  known(id: string): boolean {
    return this.#known.has(id);
  }

  /** The kept events from `fromMs` on; keys of the earlier ones are known from now on. */
  since(fromMs: number): readonly ProfileEvent[] {
    const kept = this.#inOrder();
    for (const { timeMs, key } of kept)
      if (timeMs < fromMs && key !== null) this.#remember(keyId(key.digest));
    this.#ring = kept.filter(({ timeMs }) => timeMs >= fromMs);
    this.#head = 0;
    this.#size = this.#ring.length;
    return this.all();
  }

  /** The kept events of the hour before the newest, oldest first. */
  all(): readonly ProfileEvent[] {
    return this.#inOrder().map(copyOf);
  }

  snapshot(): RecentEventsState {
    const newest = this.#inOrder(Math.max(0, this.#size - MOST_SAVED_EVENTS));
    return { events: newest.map(copyOf), knownKeys: [...this.#known] };
  }

  static restore(state: RecentEventsState): RecentEvents {
    const recent = new RecentEvents();
    for (const event of state.events) recent.add(event);
    for (const id of state.knownKeys) recent.#remember(id);
    return recent;
  }

  get #oldestMs(): number {
    return this.#size === 0 ? Infinity : (this.#ring[this.#head] as Kept).timeMs;
  }

  /** The kept events, oldest first, the first `without` of them left out. */
  #inOrder(without = 0): Kept[] {
    const kept: Kept[] = [];
    for (let i = without; i < this.#size; i++) {
      kept.push(this.#ring[(this.#head + i) % this.#ring.length] as Kept);
    }
    return kept;
  }

  #nextPlace(): Kept {
    const { length } = this.#ring;
    if (this.#size < length) return this.#ring[(this.#head + this.#size) % length] as Kept;
    if (this.#head > 0) {
      this.#ring = this.#inOrder();
      this.#head = 0;
    }
    const place: Kept = { timeMs: 0, key: null, service: "", host: null, source: "" };
    this.#ring.push(place);
    return place;
  }

  #drop(): void {
    const key = (this.#ring[this.#head] as Kept).key;
    if (key !== null) this.#remember(keyId(key.digest));
    this.#head = (this.#head + 1) % this.#ring.length;
    this.#size--;
  }

  #remember(id: string): void {
    this.#known.delete(id);
    this.#known.add(id);
    if (this.#known.size <= MOST_KNOWN_KEYS) return;
    for (const oldest of this.#known) {
      this.#known.delete(oldest);
      return;
    }
  }
}

/** The ring is written over: what is given away must not change. */
function copyOf({ timeMs, key, service, host, source }: Kept): ProfileEvent {
  const masked = key === null ? null : { shown: key.shown, digest: keyId(key.digest) };
  return { timeMs, key: masked, service, host, source };
}
