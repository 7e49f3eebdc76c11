// How many different texts were seen, to 3 % in 1 KiB, for when there are too many to keep.

/** 2^10 registers: standard error 1.04/√1024 = 3.25 %. */
const INDEX_BITS = 10;
const REGISTERS = 2 ** INDEX_BITS;
/** HyperLogLog's bias correction for that many registers. */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);
/** Below this the empty registers tell more than the full ones do. */
const LINEAR_COUNTING_BELOW = 2.5 * REGISTERS;

/** HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007) over 32-bit hashes; good to some hundred million texts. */
export class DistinctSketch {
  readonly #registers: Uint8Array;

  /** @param registers of an earlier sketch. @throws RangeError when they are not 1024 bytes. */
  constructor(registers: Uint8Array = new Uint8Array(REGISTERS)) {
    if (registers.length !== REGISTERS) {
      throw new RangeError(`Cannot restore a sketch: expected ${REGISTERS} bytes, found ${registers.length}`);
    }
    this.#registers = registers;
  }

  add(text: string): void {
    const hash = hash32(text);
    const index = hash >>> (32 - INDEX_BITS);
    const rank = Math.min(Math.clz32(hash << INDEX_BITS), 32 - INDEX_BITS) + 1;
    if (rank > (this.#registers[index] as number)) this.#registers[index] = rank;
  }

  estimate(): number {
    let sum = 0;
    let empty = 0;
    for (const rank of this.#registers) {
      sum += 2 ** -rank;
      if (rank === 0) empty++;
    }
    const raw = (ALPHA * REGISTERS * REGISTERS) / sum;
    const linear = raw <= LINEAR_COUNTING_BELOW && empty > 0;
    return Math.round(linear ? REGISTERS * Math.log(REGISTERS / empty) : raw);
  }

  /** A copy of the registers, for a snapshot. */
  registers(): Uint8Array {
    return this.#registers.slice();
  }
}

/** FNV-1a with murmur3's finish: spreads short, similar texts over all 32 bits. Not for secrets. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
