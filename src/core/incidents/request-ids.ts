// The request ids of an incident: what on-call pastes into the log search. The first ones tell how it began, the newest
// ones what happens now; between them ids are only counted, so that a spike of a million events costs no more memory.

import { IdSet } from "./id-set.ts";

/** Ids kept from the beginning and, again, of the newest; a screenful of each, far above what a message shows. */
const KEPT_EACH = 100;
/**
 * Ids told apart. Beyond it an id counts as new unless it is among these, which overstates the number of different ids
 * only where ids repeat; it takes 96 KiB, and only while an incident is open.
 */
const TOLD_APART = 10_000;

/** The part that survives a restart. */
export interface RequestIdsState {
  readonly first: readonly string[];
  readonly newest: readonly string[];
  readonly total: number;
}

export class RequestIds {
  #first: string[] = [];
  #newest: string[] = [];
  #seen = new IdSet();
  #total = 0;

  /** Different ids seen. */
  get total(): number {
    return this.#total;
  }

  add(id: string): void {
    if (this.#seen.has(id)) return;
    if (this.#seen.size < TOLD_APART) this.#seen.add(id);
    this.#total += 1;
    if (this.#first.length < KEPT_EACH) this.#first.push(id);
    else {
      this.#newest.push(id);
      // Cut rarely, by half: shifting one by one would cost the whole list at every event.
      if (this.#newest.length >= 2 * KEPT_EACH) this.#newest = this.#newest.slice(-KEPT_EACH);
    }
  }

  /** At most `max` ids: the older half from the beginning, the rest the newest, in the order of their coming. */
  sample(max: number): string[] {
    const kept = [...this.#first, ...this.#newest.slice(-KEPT_EACH)];
    if (kept.length <= max) return kept;
    const head = Math.ceil(max / 2);
    return [...kept.slice(0, head), ...kept.slice(kept.length - (max - head))];
  }

  /** Every id that is kept, at most 200. */
  kept(): string[] {
    return this.sample(2 * KEPT_EACH);
  }

  state(): RequestIdsState {
    return { first: this.#first, newest: this.#newest.slice(-KEPT_EACH), total: this.#total };
  }

  static from(state: RequestIdsState): RequestIds {
    const ids = new RequestIds();
    ids.#first = [...state.first];
    ids.#newest = [...state.newest];
    for (const id of [...state.first, ...state.newest]) ids.#seen.add(id);
    ids.#total = state.total;
    return ids;
  }
}
