// The values in the gaps of a line, made only when they are asked for. Most texts of a log come again and again, so each
// gap keeps some that it has held: comparing bytes costs a fifth of making a string and looking it up.

import { ESCAPED_TEXT, FALSE, type LineWalk, NOTED, NUMBER, TEXT, TRUE } from "../lines/walk.ts";
import type { Scalar } from "./tree.ts";

/** Texts kept for each gap, by their length and their ends. A power of two. */
const PLACES = 16;
const LONGEST_KEPT = 128;
/** A gap that has held so many other texts in a row holds ids: keeping them would only cost. */
const MOST_MISSES = 64;

interface Kept {
  readonly bytes: Uint8Array;
  readonly text: string;
}

class KeptTexts {
  readonly #kept: (Kept | undefined)[] = Array.from({ length: PLACES }, () => undefined);
  #misses = 0;

  textAt(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return "";
    if (length > LONGEST_KEPT || this.#misses > MOST_MISSES) return latin1(bytes, start, end);
    const first = bytes[start] as number;
    const place = (length * 5 + first * 3 + (bytes[end - 1] as number)) & (PLACES - 1);
    const kept = this.#kept[place];
    if (kept !== undefined && equalAt(kept.bytes, bytes, start, length)) {
      this.#misses = 0;
      return kept.text;
    }
    this.#misses += 1;
    const text = latin1(bytes, start, end);
    this.#kept[place] = { bytes: Uint8Array.from(bytes.subarray(start, end)), text };
    return text;
  }
}

/** What `toString` comes to in the end; the way there costs as much again for a short text. */
function latin1(bytes: Buffer, start: number, end: number): string {
  return (bytes as Buffer & { latin1Slice(from: number, to: number): string }).latin1Slice(start, end);
}

function equalAt(kept: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (kept.length !== length) return false;
  for (let i = 0; i < length; i += 1) if (kept[i] !== bytes[start + i]) return false;
  return true;
}

export class GapValues {
  readonly #walk: LineWalk;
  readonly #texts: readonly KeptTexts[];

  /** @param walk has walked along the line that is read. */
  constructor(walk: LineWalk, gaps: number) {
    this.#walk = walk;
    this.#texts = Array.from({ length: gaps }, () => new KeptTexts());
  }

  /** Whether a gap holds a text that is written with escapes. */
  escaped(gap: number): boolean {
    return this.#walk.gaps[gap * NOTED] === ESCAPED_TEXT;
  }

  valueOf(gap: number): Scalar {
    const { bytes, gaps } = this.#walk;
    const start = gaps[gap * NOTED + 1] as number;
    const end = gaps[gap * NOTED + 2] as number;
    switch (gaps[gap * NOTED]) {
      case TEXT:
        return (this.#texts[gap] as KeptTexts).textAt(bytes, start, end);
      case NUMBER:
        return numberAt(bytes, start, end);
      case TRUE:
        return true;
      case FALSE:
        return false;
      default:
        return JSON.parse(bytes.toString("utf8", start - 1, end + 1)) as string;
    }
  }
}

const ZERO = 0x30;
const NINE = 0x39;

/** A number of at most 15 digits, in the grammar of JSON. */
function numberAt(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) return Number(latin1(bytes, start, end));
    value = value * 10 + byte - ZERO;
  }
  return value;
}
