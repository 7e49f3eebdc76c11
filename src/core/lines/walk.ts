// Walks along a line whose form is known: compares what is fixed, passes over the values and notes where they stand. It
// never says yes to a line that JSON.parse would refuse or read otherwise; to whatever is unusual it says no.

import { type LineForm, MAX_GAPS } from "./form.ts";

/** What stands in a gap. */
export const TEXT = 1;
/** A text with bytes that are not ASCII. */
export const WIDE_TEXT = 2;
/** A text with escapes, and perhaps bytes that are not ASCII. */
export const ESCAPED_TEXT = 3;
export const NUMBER = 4;
export const TRUE = 5;
export const FALSE = 6;

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const LETTER_F = 0x66;
const LETTER_T = 0x74;
const LETTER_U = 0x75;
const OPEN_BRACE = 0x7b;
const SPACE = 0x20;
/** A number of more characters may not fit a double to its last digit. */
const MAX_NUMBER_LENGTH = 15;

/** Class of each byte within a text: plain, or one at which the walk has to look. */
const PLAIN = 0;
const CONTROL = 1;
const END = 2;
const ESCAPE = 3;
const WIDE = 4;
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < SPACE) return CONTROL;
  if (byte === QUOTE) return END;
  if (byte === BACKSLASH) return ESCAPE;
  return byte < 0x80 ? PLAIN : WIDE;
});
const ESCAPED = new Set([...'"\\/bfnrt'].map((character) => character.charCodeAt(0)));
const WORD_TRUE = [..."true"].map((character) => character.charCodeAt(0));
const WORD_FALSE = [..."false"].map((character) => character.charCodeAt(0));

/** Numbers that are noted of a gap: its kind, and where its value begins and ends; of a text without its quotes. */
export const NOTED = 3;

/** Walks along lines of forms that it was taught. */
export interface LineWalk {
  /** Three numbers for each gap of the line that was walked last. */
  readonly gaps: Int32Array;
  /** What the places in `gaps` are places of, until the next walk. */
  readonly bytes: Buffer;
  /** Forms are told apart by number, from 0 to 7; a new one takes the place of the one that had its number. */
  teach(number: number, form: LineForm): void;
  /** Begins a chunk; its bytes stay as they are until the next. */
  open(bytes: Buffer): void;
  /**
   * Whether the line that begins at `start` is of this form.
   * @returns where it ends, which is the place of its LF or the end of the chunk; -1 when it is not, or may not be.
   */
  along(number: number, start: number): number;
}

/** The walk in plain JavaScript: the twin of walk.wat, its fallback where there is no WebAssembly and its reference. */
export class PlainWalk implements LineWalk {
  readonly gaps = new Int32Array(MAX_GAPS * NOTED);
  readonly #forms: LineForm[] = [];
  bytes: Buffer = Buffer.alloc(0);

  teach(number: number, form: LineForm): void {
    this.#forms[number] = form;
  }

  open(bytes: Buffer): void {
    this.bytes = bytes;
  }

  along(number: number, start: number): number {
    const { bytes } = this;
    const { fixed } = this.#forms[number] as LineForm;
    const last = fixed.length - 1;
    let at = start;
    for (let gap = 0; gap < last; gap += 1) {
      at = passFixed(fixed[gap] as Uint8Array, bytes, at);
      if (at < 0) return -1;
      const first = bytes[at] as number;
      if (first === QUOTE) at = this.#passText(gap, bytes, at + 1);
      else if (first === LETTER_T) at = this.#passWord(gap, bytes, at, WORD_TRUE, TRUE);
      else if (first === LETTER_F) at = this.#passWord(gap, bytes, at, WORD_FALSE, FALSE);
      else at = this.#passNumber(gap, bytes, at);
      if (at < 0) return -1;
    }
    at = passFixed(fixed[last] as Uint8Array, bytes, at);
    if (at < 0) return -1;
    if (bytes[at] === CR) at += 1;
    return at === bytes.length || bytes[at] === LF ? at : -1;
  }

  #passText(gap: number, bytes: Uint8Array, start: number): number {
    // It may hold an object, which is then read as part of the line.
    const first = bytes[start] as number;
    if (first === OPEN_BRACE || first <= SPACE) return -1;
    let kind = TEXT;
    for (let at = start; at < bytes.length; at += 1) {
      const found = CLASS[bytes[at] as number] as number;
      if (found === PLAIN) continue;
      if (found === END) {
        this.#note(gap, kind, start, at);
        return at + 1;
      }
      if (found === CONTROL) return -1;
      if (found === WIDE) {
        kind = kind === ESCAPED_TEXT ? ESCAPED_TEXT : WIDE_TEXT;
        continue;
      }
      kind = ESCAPED_TEXT;
      at += 1;
      const escaped = bytes[at] as number;
      if (escaped === LETTER_U) {
        if (!fourHex(bytes, at + 1)) return -1;
        at += 4;
      } else if (!ESCAPED.has(escaped)) return -1;
    }
    return -1;
  }

  #passNumber(gap: number, bytes: Uint8Array, start: number): number {
    let at = start;
    if (bytes[at] === MINUS) at += 1;
    const whole = at;
    at = passDigits(bytes, at);
    if (at === whole || (bytes[whole] === ZERO && at > whole + 1)) return -1;
    if (bytes[at] === DOT) {
      const part = at + 1;
      at = passDigits(bytes, part);
      if (at === part) return -1;
    }
    // An exponent is no part of what is fixed, so the walk ends there.
    if (at - start > MAX_NUMBER_LENGTH) return -1;
    this.#note(gap, NUMBER, start, at);
    return at;
  }

  #passWord(gap: number, bytes: Uint8Array, start: number, word: readonly number[], kind: number): number {
    for (let i = 0; i < word.length; i += 1) if (bytes[start + i] !== word[i]) return -1;
    this.#note(gap, kind, start, start + word.length);
    return start + word.length;
  }

  #note(gap: number, kind: number, start: number, end: number): void {
    this.gaps[gap * NOTED] = kind;
    this.gaps[gap * NOTED + 1] = start;
    this.gaps[gap * NOTED + 2] = end;
  }
}

function passFixed(fixed: Uint8Array, bytes: Uint8Array, at: number): number {
  const { length } = fixed;
  for (let i = 0; i < length; i += 1) if (fixed[i] !== bytes[at + i]) return -1;
  return at + length;
}

function passDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) break;
  }
  return at;
}

function fourHex(bytes: Uint8Array, start: number): boolean {
  for (let at = start; at < start + 4; at += 1) {
    const byte = bytes[at] as number;
    const lower = byte | 0x20;
    if (!((byte >= ZERO && byte <= NINE) || (lower >= 0x61 && lower <= 0x66))) return false;
  }
  return true;
}
