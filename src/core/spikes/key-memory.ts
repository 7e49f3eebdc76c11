// Which keys a group has seen in the last hour: a client that retries counts once.

import type { StateReader, StateWriter } from "./state-bytes.ts";

/** A key that was not seen for this long is new again. */
const REMEMBERED_SECONDS = 3600;
/**
 * Keys that are remembered; the one unseen for longest gives way. 600 KB of memory and 40 KB of snapshot at the most. A
 * group with more keys in an hour has them counted more than once, which can only make it louder.
 */
export const MOST_KEYS = 4096;
/** Digits of the digest that tell keys apart: 48 bits, a collision among 4096 keys once in 30 million hours. */
const DIGEST_DIGITS = 12;

export class KeyMemory {
  /** Key to the second it was last seen in, the longest unseen first. */
  readonly #seen = new Map<number, number>();

  /** Whether the key was not seen in the last hour; from now on it is. @param digest hex. */
  isNew(digest: string, second: number): boolean {
    const key = Number.parseInt(digest.slice(0, DIGEST_DIGITS), 16);
    const before = this.#seen.get(key);
    if (before !== undefined) this.#seen.delete(key);
    this.#seen.set(key, Math.max(second, before ?? 0));
    this.#forget(second - REMEMBERED_SECONDS);
    return before === undefined || second - before > REMEMBERED_SECONDS;
  }

  /**
   * Nobody saw which keys were used between two seconds: those that were remembered when that began still are when it ends.
   * May be called again with a later end.
   */
  unseen(fromSecond: number, toSecond: number): void {
    this.#forget(fromSecond - REMEMBERED_SECONDS);
    for (const [key, lastSecond] of this.#seen) this.#seen.set(key, Math.max(lastSecond, toSecond));
  }

  save(to: StateWriter): void {
    let newest = 0;
    for (const second of this.#seen.values()) newest = Math.max(newest, second);
    to.count(this.#seen.size);
    to.count(newest);
    for (const [key, second] of this.#seen) {
      to.count(key);
      to.count(newest - second);
    }
  }

  load(from: StateReader): void {
    this.#seen.clear();
    const size = from.count();
    const newest = from.count();
    for (let left = size; left > 0; left--) this.#seen.set(from.count(), newest - from.count());
  }

  /** Forgets what was last seen before `second`, which is new again in any case, and what there is no room for. */
  #forget(second: number): void {
    for (const [key, lastSecond] of this.#seen) {
      if (lastSecond >= second && this.#seen.size <= MOST_KEYS) return;
      this.#seen.delete(key);
    }
  }
}
