// A histogram without labels that every event is counted in. The registry takes a third of a microsecond for each, to find
// labels that are not there; here it is an addition, and a read makes samples of it.

import type { Sample } from "./family.ts";

export class BucketTally {
  readonly #bounds: readonly number[];
  /** Values of each bucket by itself, those above the last bound at the end. */
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds upper bounds, ascending; a value that equals one is below it. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let i = 0;
    while (i < bounds.length && value > (bounds[i] as number)) i += 1;
    this.#counts[i] = (this.#counts[i] as number) + 1;
    this.#sum += value;
  }

  /** Buckets as Prometheus has them, each with all below it. @param name the family's. */
  samples(name: string): Sample[] {
    let count = 0;
    const buckets = [...this.#bounds, "+Inf"].map((le, i) => {
      count += this.#counts[i] as number;
      return { name: `${name}_bucket`, labels: { le }, value: count, exemplar: null };
    });
    return [
      ...buckets,
      { name: `${name}_sum`, labels: {}, value: this.#sum, exemplar: null },
      { name: `${name}_count`, labels: {}, value: count, exemplar: null },
    ];
  }
}
