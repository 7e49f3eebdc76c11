// The events of one sliding window by their own milliseconds, in bounded memory. The count is exactly what a person
// counting the events of the last `widthMs` gets while the window holds at most 4096 different times; above that,
// neighbours share the later one's time, and the count is late by less than a thousandth of the window.

import type { StateReader, StateWriter } from "./state-bytes.ts";

/** Different times that are kept: 64 KiB of memory, and at most 40 KiB of snapshot. */
const MOST_TIMES = 4096;
/** Times are merged until this many are left, so that a merge (4096 steps) comes at most once in 2048 events. */
const MERGED_TIMES = MOST_TIMES / 2;

export class TimeCounts {
  readonly #widthMs: number;
  /** Ascending times and the events of each; the first `#head` are forgotten already. */
  #times: number[] = [];
  #counts: number[] = [];
  #head = 0;
  #total = 0;

  /** @param widthMs length of the window; an event exactly this old is no longer in it. */
  constructor(widthMs: number) {
    this.#widthMs = widthMs;
  }

  get total(): number {
    return this.#total;
  }

  /** Time of the oldest event that is kept; null when there is none. */
  get oldestMs(): number | null {
    return this.#times[this.#head] ?? null;
  }

  /** When the oldest event leaves the window; Infinity when it is empty. */
  get nextLeaveMs(): number {
    return (this.#times[this.#head] ?? Infinity) + this.#widthMs;
  }

  /** Forgets the oldest time and its events. */
  dropOldest(): void {
    this.#total -= this.#counts[this.#head] as number;
    this.#head++;
    if (this.#head < MERGED_TIMES && this.#head < this.#times.length) return;
    this.#times = this.#times.slice(this.#head);
    this.#counts = this.#counts.slice(this.#head);
    this.#head = 0;
  }

  add(timeMs: number, count: number): void {
    let i = this.#times.length;
    while (i > this.#head && (this.#times[i - 1] as number) > timeMs) i--;
    this.#total += count;
    if (i > this.#head && this.#times[i - 1] === timeMs) {
      this.#counts[i - 1] = (this.#counts[i - 1] as number) + count;
      return;
    }
    if (i === this.#times.length) {
      this.#times.push(timeMs);
      this.#counts.push(count);
    } else {
      this.#times.splice(i, 0, timeMs);
      this.#counts.splice(i, 0, count);
    }
    if (this.#times.length - this.#head > MOST_TIMES) this.#merge();
  }

  /** Events from `timeMs` on. */
  countSince(timeMs: number): number {
    let count = 0;
    for (let i = this.#times.length - 1; i >= this.#head && (this.#times[i] as number) >= timeMs; i--) {
      count += this.#counts[i] as number;
    }
    return count;
  }

  save(to: StateWriter): void {
    to.count(this.#times.length - this.#head);
    let beforeMs = 0;
    for (let i = this.#head; i < this.#times.length; i++) {
      to.count((this.#times[i] as number) - beforeMs);
      to.count(this.#counts[i] as number);
      beforeMs = this.#times[i] as number;
    }
  }

  load(from: StateReader): void {
    this.#times = [];
    this.#counts = [];
    this.#head = 0;
    this.#total = 0;
    let timeMs = 0;
    for (let left = from.count(); left > 0; left--) {
      timeMs += from.count();
      const count = from.count();
      this.#times.push(timeMs);
      this.#counts.push(count);
      this.#total += count;
    }
  }

  /** Gives neighbours within a 2048th of the window the later one's time. */
  #merge(): void {
    const stepMs = this.#widthMs / MERGED_TIMES;
    const times: number[] = [];
    const counts: number[] = [];
    for (let i = this.#head; i < this.#times.length; i++) {
      const timeMs = this.#times[i] as number;
      const last = times.length - 1;
      if (last >= 0 && Math.floor((times[last] as number) / stepMs) === Math.floor(timeMs / stepMs)) {
        times[last] = timeMs;
        counts[last] = (counts[last] as number) + (this.#counts[i] as number);
      } else {
        times.push(timeMs);
        counts.push(this.#counts[i] as number);
      }
    }
    this.#times = times;
    this.#counts = counts;
    this.#head = 0;
  }
}
