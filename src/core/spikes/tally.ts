// How often each value was seen: exactly up to 10,000 different ones, then the 100 most frequent with their counts at
// most a little too high, and an estimate of how many different ones there are. Memory stays bounded whatever comes.

import { DistinctSketch } from "./distinct-sketch.ts";

/** Different values that are counted exactly; with a key's gap statistics about 3 MB at the most. */
const MOST_EXACT = 10_000;
/** Values that are kept beyond that, and in a snapshot. */
const MOST_TOP = 100;

export interface TopEntry {
  /** Masked key, service or host, as the log said it. */
  readonly value: string;
  readonly count: number;
}

interface Entry<Detail> {
  readonly shown: string;
  count: number;
  detail: Detail;
}

/** JSON of a tally, at most 100 values. */
export interface TallyState<Detail> {
  readonly total: number;
  /** Identity, text, count, detail; first seen first. */
  readonly entries: readonly (readonly [string, string, number, Detail])[];
  /** Registers of the sketch in base64; null while `entries` holds all there is. */
  readonly sketch: string | null;
}

/** @typeParam Detail what is known of each value besides its count; plain JSON. */
export class Tally<Detail> {
  #entries = new Map<string, Entry<Detail>>();
  #sketch = new DistinctSketch();
  #exact = true;
  #total = 0;

  /** All occurrences of all values. */
  get total(): number {
    return this.#total;
  }

  /** How many different values were seen: exact up to 10,000 (100 after a restart), then to about 3 %. */
  get distinct(): number {
    return this.#exact ? this.#entries.size : Math.max(this.#entries.size, this.#sketch.estimate());
  }

  /**
   * Counts one occurrence and gives the value's detail.
   * @param id tells values apart. @param shown how the value is shown, taken from its first occurrence.
   * @param first makes the detail of a value that is new here.
   */
  add(id: string, shown: string, first: () => Detail): Detail {
    this.#total++;
    const known = this.#entries.get(id);
    if (known !== undefined) {
      known.count++;
      return known.detail;
    }
    this.#sketch.add(id);
    if (this.#exact && this.#entries.size >= MOST_EXACT) this.#keepTop();
    // Space-saving (Metwally, Agrawal, El Abbadi 2005): a new value takes the rarest one's place and its count.
    const count = this.#exact || this.#entries.size < MOST_TOP ? 1 : this.#dropRarest() + 1;
    const detail = first();
    this.#entries.set(id, { shown, count, detail });
    return detail;
  }

  /** The most frequent values, first seen first among equals. */
  top(most: number): readonly (TopEntry & { readonly detail: Detail })[] {
    return this.#ranked()
      .slice(0, most)
      .map(([, { shown, count, detail }]) => ({ value: shown, count, detail }));
  }

  /** How many of the values that are kept satisfy a condition, as a share of them; 0 when there are none. */
  share(holds: (detail: Detail) => boolean): number {
    let holding = 0;
    for (const { detail } of this.#entries.values()) if (holds(detail)) holding++;
    return this.#entries.size === 0 ? 0 : holding / this.#entries.size;
  }

  /**
   * N_eff = exp(-Σ pᵢ ln pᵢ): as many equally frequent values would be as varied. What is no longer kept singly counts
   * as evenly spread.
   */
  effectiveNumber(): number {
    if (this.#total === 0) return 0;
    let entropy = 0;
    let kept = 0;
    for (const { count } of this.#entries.values()) {
      kept += count;
      entropy += entropyPart(count / this.#total);
    }
    const others = this.distinct - this.#entries.size;
    const rest = Math.max(0, this.#total - kept) / this.#total;
    if (others > 0 && rest > 0) entropy += others * entropyPart(rest / others);
    return Math.exp(entropy);
  }

  snapshot(): TallyState<Detail> {
    const whole = this.#exact && this.#entries.size <= MOST_TOP;
    const kept = new Set(
      this.#ranked()
        .slice(0, MOST_TOP)
        .map(([id]) => id),
    );
    const entries = [...this.#entries].filter(([id]) => kept.has(id));
    return {
      total: this.#total,
      entries: entries.map(([id, { shown, count, detail }]) => [id, shown, count, detail]),
      sketch: whole ? null : Buffer.from(this.#sketch.registers()).toString("base64"),
    };
  }

  static restore<Detail>(state: TallyState<Detail>): Tally<Detail> {
    const tally = new Tally<Detail>();
    tally.#total = state.total;
    tally.#exact = state.sketch === null;
    if (state.sketch !== null)
      tally.#sketch = new DistinctSketch(new Uint8Array(Buffer.from(state.sketch, "base64")));
    for (const [id, shown, count, detail] of state.entries) {
      tally.#entries.set(id, { shown, count, detail: structuredClone(detail) });
      if (tally.#exact) tally.#sketch.add(id);
    }
    return tally;
  }

  #ranked(): [string, Entry<Detail>][] {
    return [...this.#entries].sort(([, a], [, b]) => b.count - a.count);
  }

  #keepTop(): void {
    this.#exact = false;
    this.#entries = new Map(this.#ranked().slice(0, MOST_TOP));
  }

  #dropRarest(): number {
    let rarest = "";
    let least = Infinity;
    for (const [id, { count }] of this.#entries) {
      if (count < least) [rarest, least] = [id, count];
    }
    this.#entries.delete(rarest);
    return least;
  }
}

function entropyPart(share: number): number {
  return share > 0 ? -share * Math.log(share) : 0;
}
