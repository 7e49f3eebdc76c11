// The walk along lines of known forms as a WebAssembly module (walk.wat), sixteen bytes at a time. Lines are copied into the
// module's memory some at a time, as long as they come one after the other.

import { type LineForm, MAX_FIXED_BYTES, MAX_GAPS } from "./form.ts";
import { type LineWalk, NOTED, PlainWalk } from "./walk.ts";
import { WALK_WASM } from "./walk-wasm.ts";
import { webAssembly } from "./web-assembly.ts";

const LF = 0x0a;
const PAGE_BYTES = 64 * 1024;
/** Forms that it can be taught. */
export const FORMS = 8;
/** Each piece of a form has its length before it and is filled up to a multiple of 16. */
const FORM_BYTES = (MAX_FIXED_BYTES + (MAX_GAPS + 1) * (4 + 16) + 15) & -16;
/** Lines in the module's memory at a time: some hundred. */
const WINDOW_BYTES = 64 * 1024;
/** After a jump it begins with a few lines: where events are rare, most of what is copied would be in vain. */
const FIRST_WINDOW_BYTES = 2 * 1024;
/** The pass loads whole vectors. */
const SLACK_BYTES = 32;

const FORMS_AT = (MAX_GAPS * NOTED * 4 + 15) & -16;
const WINDOW_AT = FORMS_AT + FORMS * FORM_BYTES;

interface Pass {
  readonly walk: (form: number, gaps: number, at: number) => number;
}

/** The fastest walk there is here: 0.15 us for a line of 650 bytes, against 0.8 us for the plain one. */
export function createWalk(): LineWalk {
  try {
    return new SimdWalk();
  } catch {
    return new PlainWalk();
  }
}

export class SimdWalk implements LineWalk {
  readonly gaps: Int32Array;
  readonly bytes: Buffer;
  readonly #pass: Pass;
  readonly #gapsOf = new Int32Array(FORMS);
  #chunk: Buffer;
  /** The lines of the chunk that lie in memory, whole. */
  #windowStart = 0;
  #windowEnd = 0;
  #windowBytes = FIRST_WINDOW_BYTES;

  /** @throws where WebAssembly or its SIMD instructions are not to be had (`--jitless`). */
  constructor() {
    const { Memory, Module, Instance } = webAssembly();
    const memory = new Memory({
      initial: Math.ceil((WINDOW_AT + WINDOW_BYTES + SLACK_BYTES) / PAGE_BYTES),
    });
    const module = new Module(Buffer.from(WALK_WASM, "base64"));
    this.#pass = new Instance(module, { env: { memory } }).exports as Pass;
    this.bytes = Buffer.from(memory.buffer);
    this.gaps = new Int32Array(memory.buffer, 0, MAX_GAPS * NOTED);
    this.#chunk = this.bytes.subarray(0, 0);
  }

  teach(number: number, { fixed }: LineForm): void {
    let at = FORMS_AT + number * FORM_BYTES;
    for (const piece of fixed) {
      this.bytes.writeInt32LE(piece.length, at);
      this.bytes.set(piece, at + 4);
      at += 4 + ((piece.length + 15) & -16);
    }
    this.#gapsOf[number] = fixed.length - 1;
  }

  open(bytes: Buffer): void {
    this.#chunk = bytes;
    this.#windowStart = 0;
    this.#windowEnd = 0;
  }

  along(number: number, start: number): number {
    const inWindow = start >= this.#windowStart && start < this.#windowEnd;
    if (!inWindow && !this.#load(start)) return -1;
    const shift = WINDOW_AT - this.#windowStart;
    const form = FORMS_AT + number * FORM_BYTES;
    const end = this.#pass.walk(form, this.#gapsOf[number] as number, start + shift);
    return end < 0 ? -1 : end - shift;
  }

  /** Copies the line that begins at `start` and some after it. False when the line is too long. */
  #load(start: number): boolean {
    const goesOn = Math.abs(start - this.#windowEnd) < this.#windowBytes;
    const size = goesOn ? Math.min(this.#windowBytes * 2, WINDOW_BYTES) : FIRST_WINDOW_BYTES;
    const end = endOfLines(this.#chunk, start, size);
    if (end - start > WINDOW_BYTES) return false;
    this.#chunk.copy(this.bytes, WINDOW_AT, start, end);
    this.bytes[WINDOW_AT + end - start] = LF;
    this.#windowStart = start;
    this.#windowEnd = end;
    this.#windowBytes = size;
    return true;
  }
}

/** Behind the last whole line within `size` bytes, and at least behind the first. */
function endOfLines(chunk: Buffer, start: number, size: number): number {
  if (start + size >= chunk.length) return chunk.length;
  const last = chunk.lastIndexOf(LF, start + size - 1);
  const found = last >= start ? last : chunk.indexOf(LF, start + size);
  return found === -1 ? chunk.length : found + 1;
}
