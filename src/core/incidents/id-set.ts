// Which ids were seen, without keeping them: 52 bits of each. Ten thousand of them take 256 KiB, as texts a megabyte, and
// a spike asks for each of its ids.

/** Ids told apart at first; the table is made twice as large whenever it is more than half full. */
const FIRST_PLACES = 64;
/** The most that fits the lower part of a double beside the upper 32 bits. */
const LOW_BITS = 20;

export class IdSet {
  /** Open addressing; 0 is an empty place. */
  #places = new Float64Array(FIRST_PLACES);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Whether an id was added. Of ten thousand ids one in 100 billion is taken for another. */
  has(id: string): boolean {
    const mark = markOf(id);
    return this.#places[placeOf(this.#places, mark)] === mark;
  }

  add(id: string): void {
    const mark = markOf(id);
    const place = placeOf(this.#places, mark);
    if (this.#places[place] === mark) return;
    this.#places[place] = mark;
    this.#size += 1;
    if (this.#size * 2 > this.#places.length) this.#grow();
  }

  #grow(): void {
    const larger = new Float64Array(this.#places.length * 2);
    for (const mark of this.#places) if (mark !== 0) larger[placeOf(larger, mark)] = mark;
    this.#places = larger;
  }
}

/** The place of a mark, or the empty one where it belongs. */
function placeOf(places: Float64Array, mark: number): number {
  const last = places.length - 1;
  let place = mark & last;
  while (places[place] !== 0 && places[place] !== mark) place = (place + 1) & last;
  return place;
}

/** Two hashes in one number, never 0: FNV-1a and a multiplicative one, each with murmur3's finish. Not for secrets. */
function markOf(id: string): number {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < id.length; i += 1) {
    const code = id.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x85ebca6b);
    b ^= b >>> 15;
  }
  return (finish(b) >>> (32 - LOW_BITS)) * 0x1_0000_0000 + (finish(a) >>> 0) + 1;
}

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}
