// The revoked keys of one group that are still used. A key is forgotten thirty days after its last use; until then a
// rotation that was not finished shows itself here, however seldom the forgotten job runs.

import type { MaskedKey } from "../events/event.ts";
import { firstUseOf, type KeyUse, noteUse, packKey, type TrackedKey, unpackKey } from "./tracked-key.ts";

/** A key that was not used for this long is new again. */
export const FORGOTTEN_MS = 30 * 24 * 3_600_000;
/** Keys of one group; the one unseen for longest gives way. A rotation touches some tens. */
export const MAX_KEYS_OF_GROUP = 1000;
/** Hex digits of the digest that tell keys apart: 64 bits. */
const HASH_DIGITS = 16;

/** What happens to a tracker, told to whoever holds all of them. */
export interface TrackerWatch {
  /** A key is about to come in: there must be room for it. */
  makeRoom(): void;
  /** The number of keys has changed. */
  sized(by: 1 | -1): void;
  /** A key gave way although it may still be used. */
  evicted(): void;
}

/** A key's row; null deletes it. */
export interface KeyChange {
  readonly hash: string;
  readonly data: string | null;
}

export class KeyTracker {
  readonly #watch: TrackerWatch;
  /** By hash, the longest unseen first. */
  readonly #keys = new Map<string, TrackedKey>();
  /** The newest of the map: one that is hammered on need not be moved to the end each time. */
  #newest: TrackedKey | null = null;
  /** To be written down. With `#gone` no more than the keys before and after: what came and went since is in neither. */
  readonly #changed = new Set<TrackedKey>();
  /** Hashes whose rows are to be deleted. */
  readonly #gone = new Set<string>();

  constructor(watch: TrackerWatch) {
    this.#watch = watch;
  }

  get size(): number {
    return this.#keys.size;
  }

  /** There is something to write down. */
  get dirty(): boolean {
    return this.#changed.size > 0 || this.#gone.size > 0;
  }

  /** Takes in one use of a key. @returns the key; its count is 1 when it was not seen in the last thirty days. */
  add(masked: MaskedKey, use: KeyUse): TrackedKey {
    const hash = masked.digest.slice(0, HASH_DIGITS);
    const known = this.#newest?.hash === hash ? this.#newest : this.#keys.get(hash);
    if (known === undefined) return this.#begin(hash, masked.shown, use);
    noteUse(known, use);
    if (known !== this.#newest) {
      this.#keys.delete(hash);
      this.#keys.set(hash, known);
      this.#newest = known;
    }
    this.change(known);
    return known;
  }

  /** The key belongs into the next commit. */
  change(key: TrackedKey): void {
    this.#changed.add(key);
  }

  /** Time has reached `timeMs`: what was not used for thirty days is forgotten. */
  advance(timeMs: number): void {
    for (const key of this.#keys.values()) {
      if (timeMs - key.lastMs < FORGOTTEN_MS) return;
      this.#drop(key);
    }
  }

  /** Takes the key that was unseen for longest away. */
  evict(): void {
    for (const key of this.#keys.values()) {
      this.#drop(key);
      this.#watch.evicted();
      return;
    }
  }

  /** The longest unseen first. */
  keys(): Iterable<TrackedKey> {
    return this.#keys.values();
  }

  /** What changed since the last call. */
  takeChanges(): KeyChange[] {
    const changes: KeyChange[] = [...this.#gone].map((hash) => ({ hash, data: null }));
    for (const key of this.#changed) {
      key.stored = true;
      changes.push({ hash: key.hash, data: packKey(key) });
    }
    this.#gone.clear();
    this.#changed.clear();
    return changes;
  }

  /** Takes back rows, the longest unseen first. */
  restore(rows: readonly string[]): void {
    for (const key of rows.map(unpackKey).toSorted((a, b) => a.lastMs - b.lastMs)) {
      if (this.#keys.has(key.hash)) continue;
      this.#keys.set(key.hash, key);
      this.#newest = key;
      this.#watch.sized(1);
    }
  }

  #begin(hash: string, shown: string, use: KeyUse): TrackedKey {
    this.#watch.makeRoom();
    if (this.#keys.size >= MAX_KEYS_OF_GROUP) this.evict();
    const key = firstUseOf(hash, shown, use);
    this.#keys.set(hash, key);
    key.stored = this.#gone.delete(hash);
    this.#newest = key;
    this.#changed.add(key);
    this.#watch.sized(1);
    return key;
  }

  #drop(key: TrackedKey): void {
    this.#keys.delete(key.hash);
    this.#changed.delete(key);
    if (key.stored) this.#gone.add(key.hash);
    if (this.#newest === key) this.#newest = null;
    this.#watch.sized(-1);
  }
}
