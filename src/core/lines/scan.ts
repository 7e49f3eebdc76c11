// The cheap no: where in a chunk is the next needle, and how many lines were passed on the way. This is the plain
// twin of the WebAssembly pass in scan-simd.ts: its fallback where there is no WebAssembly, and what it is tested by.

const LF = 0x0a;

/** Bytes of a scan's room. Each chunk costs something beside its bytes: with half of it a backlog takes 7 % more CPU. */
export const ROOM_BYTES = 1024 * 1024;

/** Finds needles in one chunk after another. It keeps no bytes between chunks. */
export interface Scan {
  /** Memory for whoever reads: a chunk that lies in it is scanned where it is, any other is copied first. */
  readonly room: Buffer;
  /** Begins a chunk. Its memory must stay as it is until the last `next`. */
  open(bytes: Buffer): void;
  /**
   * A place within the first needle at or after `from`, or the chunk's length when there is none. Needles hold no LF,
   * so the place tells the line. `from` must be the start of a line, and never go back within a chunk.
   */
  next(from: number): number;
  /** LFs between `from` and the place that the last `next` gave. */
  readonly passed: number;
}

/** Counts the LFs in `bytes[from, to)`. `indexOf` costs 0.1 s a GiB of 500-byte lines, a loop over bytes 0.8 s. */
function countLines(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(LF, from); at !== -1 && at < to; at = bytes.indexOf(LF, at + 1)) count += 1;
  return count;
}

/** The scan in plain JavaScript: each needle's next place is kept, so a chunk is read once a needle. */
export class PlainScan implements Scan {
  readonly room: Buffer = Buffer.allocUnsafeSlow(ROOM_BYTES);
  readonly #needles: readonly Buffer[];
  #bytes: Buffer = Buffer.alloc(0);
  #nextOf: number[] = [];
  #passed = 0;

  constructor(needles: readonly string[]) {
    this.#needles = needles.map((needle) => Buffer.from(needle, "latin1"));
  }

  get passed(): number {
    return this.#passed;
  }

  open(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#nextOf = this.#needles.map(() => -1);
  }

  next(from: number): number {
    let nearest = this.#bytes.length;
    this.#needles.forEach((needle, i) => {
      let at = this.#nextOf[i] ?? -1;
      if (at < from) {
        at = this.#bytes.indexOf(needle, from);
        if (at === -1) at = this.#bytes.length;
        this.#nextOf[i] = at;
      }
      nearest = Math.min(nearest, at);
    });
    this.#passed = countLines(this.#bytes, from, nearest);
    return nearest;
  }
}
