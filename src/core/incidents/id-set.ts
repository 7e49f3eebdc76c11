// Which ids were seen, without keeping them: 48 bits of each. Ten thousand of them take 96 KiB, as texts a megabyte, and a
// spike asks for each of its ids: what is asked at random must fit the processor's cache.

/** Places of a new set; there are twice as many whenever two thirds are taken. */
const FIRST_PLACES = 64;
const FULLEST = 2 / 3;

export class IdSet {
  /** Open addressing by the first hash, 0 being an empty place; beside it 16 bits of the second. */
  #firsts = new Uint32Array(FIRST_PLACES);
  #seconds = new Uint16Array(FIRST_PLACES);
  #size = 0;
  /** The hashes of the id that was asked for last. */
  #first = 0;
  #second = 0;

  get size(): number {
    return this.#size;
  }

  /** Whether an id was added. Of ten thousand ids hardly one in 10 billion is taken for another. */
  has(id: string): boolean {
    this.#hash(id);
    return this.#firsts[this.#place()] !== 0;
  }

  add(id: string): void {
    this.#hash(id);
    const place = this.#place();
    if (this.#firsts[place] !== 0) return;
    this.#put(place);
    this.#size += 1;
    if (this.#size > this.#firsts.length * FULLEST) this.#grow();
  }

  /** Where the id stands that was asked for last, or the empty place where it belongs. */
  #place(): number {
    const last = this.#firsts.length - 1;
    let place = this.#first & last;
    while (this.#firsts[place] !== 0) {
      if (this.#firsts[place] === this.#first && this.#seconds[place] === this.#second) break;
      place = (place + 1) & last;
    }
    return place;
  }

  #put(place: number): void {
    this.#firsts[place] = this.#first;
    this.#seconds[place] = this.#second;
  }

  #grow(): void {
    const [firsts, seconds] = [this.#firsts, this.#seconds];
    this.#firsts = new Uint32Array(firsts.length * 2);
    this.#seconds = new Uint16Array(firsts.length * 2);
    for (const [i, first] of firsts.entries()) {
      if (first === 0) continue;
      this.#first = first;
      this.#second = seconds[i] as number;
      this.#put(this.#place());
    }
  }

  /** FNV-1a and a multiplicative hash, each with murmur3's finish. Not for secrets. */
  #hash(id: string): void {
    let a = 0x811c9dc5;
    let b = 0x9e3779b9;
    for (let i = 0; i < id.length; i += 1) {
      const code = id.charCodeAt(i);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b + code, 0x85ebca6b);
      b ^= b >>> 15;
    }
    this.#first = finish(a) >>> 0 || 1;
    this.#second = finish(b) >>> 16;
  }
}

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}
