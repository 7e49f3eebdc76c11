// Seeded random numbers and the distributions that the simulated logs need: the same seed gives the same log for ever.

/** Products of uniform draws underflow for larger Poisson means; these are split instead. */
const SMALL_MEAN = 30;

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param seed of the replicate. @param stream name of what is drawn, so that parts do not share their numbers. */
  constructor(seed: number, stream: string) {
    let state = seed >>> 0;
    for (const character of stream)
      state = Math.imul(state ^ (character.codePointAt(0) as number), 16777619) >>> 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      const mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      const again = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return (again ^ (again >>> 15)) >>> 0;
    };
    [this.#a, this.#b, this.#c] = [next(), next(), next()];
    for (let i = 0; i < 12; i++) this.uniform();
  }

  /** In (0, 1): sfc32 (Doty-Humphrey). */
  uniform(): number {
    const t = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t;
    this.#c |= 0;
    return ((t >>> 0) + 0.5) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A whole number from 0 to below `n`. */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  exponential(mean: number): number {
    return -Math.log(this.uniform()) * mean;
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Scale 1 (Marsaglia & Tsang 2000). */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** Large means are split at the time of an arrival, which is exact. */
  poisson(mean: number): number {
    if (mean <= 0) return 0;
    if (mean < SMALL_MEAN) {
      const limit = Math.exp(-mean);
      let k = 0;
      for (let product = this.uniform(); product > limit; product *= this.uniform()) k++;
      return k;
    }
    const n = Math.floor((mean * 7) / 8);
    const arrival = this.gamma(n);
    if (arrival <= mean) return n + this.poisson(mean - arrival);
    let k = 0;
    for (let i = 1; i < n; i++) if (this.uniform() < mean / arrival) k++;
    return k;
  }

  /** 1, 2, 3, … with the given mean. */
  geometric(mean: number): number {
    return mean <= 1 ? 1 : 1 + Math.floor(Math.log(this.uniform()) / Math.log(1 - 1 / mean));
  }
}
