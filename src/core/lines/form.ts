// The form of a line: what a logger writes the same in each line of one kind, and the gaps where values stand between.
// A service writes some dozen kinds of lines and millions of each; a line of a known form is read without parsing it.

import { isObject, parseJson, type JsonObject } from "./json.ts";

/** Values of one line; more is a dump and no log line. */
export const MAX_GAPS = 120;
/** Bytes of names and punctuation; they are kept for each form. */
export const MAX_FIXED_BYTES = 4 * 1024;
/** Longest line that a form is learned from. */
const MAX_LINE_BYTES = 64 * 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const NULL = 0x6e;
const SPACE = 0x20;

export interface LineForm {
  /** The bytes before each gap and, last, those behind the last: one more than there are gaps. */
  readonly fixed: readonly Uint8Array[];
  /** The line's object with the number of its gap in place of each value that is not null. */
  readonly outline: JsonObject;
}

/**
 * The form of `bytes[start, end)`, a line without its LF that is one JSON object. Null for a line whose reading depends
 * on more than the place of its values: one that wraps another, one with a list of one item or of objects.
 */
export function formOf(bytes: Uint8Array, start: number, end: number): LineForm | null {
  if (end - start > MAX_LINE_BYTES || bytes[start] !== OPEN_OBJECT) return null;
  const gaps = gapsOf(bytes, start, end);
  if (gaps === null || gaps.length > MAX_GAPS) return null;
  const fixed: Uint8Array[] = [];
  let text = "";
  let from = start;
  for (const [i, gap] of [...gaps, { start: end, end }].entries()) {
    // A copy: the memory of a chunk holds other bytes after it, and a Buffer's own `slice` is none.
    const piece = Uint8Array.from(bytes.subarray(from, gap.start));
    fixed.push(piece);
    text += Buffer.from(piece).toString("utf8") + (i < gaps.length ? i : "");
    from = gap.end;
  }
  if (fixed.reduce((sum, { length }) => sum + length, 0) > MAX_FIXED_BYTES) return null;
  const outline = parseJson(text);
  return isObject(outline) && !mayWrap(outline) ? { fixed, outline } : null;
}

/** Docker's and the journal's objects hold another line: whether they do hangs on more than their names. */
function mayWrap(outline: JsonObject): boolean {
  return "MESSAGE" in outline || ("log" in outline && ("stream" in outline || "time" in outline));
}

interface Gap {
  readonly start: number;
  readonly end: number;
}

/** Where the values of a line stand, in order; nulls belong to its form. The line is JSON, or the gaps mean nothing. */
function gapsOf(bytes: Uint8Array, start: number, end: number): readonly Gap[] | null {
  const gaps: Gap[] = [];
  /** Items so far of each list that is open, -1 for an object. */
  const open: number[] = [];
  let name = false;
  for (let at = start; at < end;) {
    const byte = bytes[at] as number;
    switch (byte) {
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if ((open.at(-1) ?? -1) >= 0) return null;
        open.push(byte === OPEN_ARRAY ? 0 : -1);
        name = byte === OPEN_OBJECT;
        at += 1;
        continue;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        if (open.pop() === 1) return null;
        at += 1;
        continue;
      case COMMA:
        name = open.at(-1) === -1;
        at += 1;
        continue;
      case COLON:
        name = false;
        at += 1;
        continue;
    }
    if (byte <= SPACE) {
      at += 1;
      continue;
    }
    const to = byte === QUOTE ? endOfString(bytes, at, end) : endOfWord(bytes, at, end);
    if (!name) {
      if (byte !== NULL) gaps.push({ start: at, end: to });
      const items = open.length - 1;
      if ((open[items] ?? -1) >= 0) open[items] = (open[items] as number) + 1;
    }
    at = to;
  }
  return gaps;
}

function endOfString(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function endOfWord(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte <= SPACE || byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) break;
    at += 1;
  }
  return at;
}
