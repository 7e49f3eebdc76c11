// Where lines end, in UTF-8 (and every other superset of ASCII) and in UTF-16, where an LF is an aligned pair. Only LF
// ends a line: Node's readline would also split at a lone CR and, since Node 24, at U+2028, and change the counts.

import { readAt } from "./generation.ts";
import type { Encoding } from "./generation.ts";

const LF = 0x0a;

/** `bytes` less the half of a UTF-16 unit that may be at their end: whoever goes on reading there would see no line end. */
export function wholeUnits(bytes: number, encoding: Encoding): number {
  return encoding === "utf8" ? bytes : bytes - (bytes % 2);
}

/** Index behind the last line end in `bytes[from, to)`, or `from` when there is none. */
export function lastLineEnd(bytes: Buffer, from: number, to: number, encoding: Encoding): number {
  if (encoding === "utf8") {
    const lf = to > from ? bytes.lastIndexOf(LF, to - 1) : -1;
    return lf < from ? from : lf + 1;
  }
  for (let at = from + (((to - from) >> 1) << 1) - 2; at >= from; at -= 2) {
    if (isPair(bytes, at, encoding)) return at + 2;
  }
  return from;
}

/** Index behind the first line end in `bytes[from, to)`, or -1 when there is none. */
export function firstLineEnd(bytes: Buffer, from: number, to: number, encoding: Encoding): number {
  if (encoding === "utf8") {
    const lf = bytes.indexOf(LF, from);
    return lf < 0 || lf >= to ? -1 : lf + 1;
  }
  for (let at = from; at + 1 < to; at += 2) if (isPair(bytes, at, encoding)) return at + 2;
  return -1;
}

/** Bytes that are searched backwards at a time. */
const BACK_BYTES = 2 ** 16;

/** Offset at which the line begins that is unfinished at `end`: a reader that starts there hands on whole lines only. */
export function lineStart(fd: number, end: number, encoding: Encoding): number {
  for (let to = wholeUnits(end, encoding); to > 0; to -= BACK_BYTES) {
    const from = Math.max(0, to - BACK_BYTES);
    const bytes = readAt(fd, from, to - from);
    const found = lastLineEnd(bytes, 0, bytes.length, encoding);
    if (found > 0) return from + found;
  }
  return 0;
}

/** Whole lines of a UTF-16 file as UTF-8, without the byte order mark. */
export function transcode(bytes: Buffer, encoding: Encoding): Buffer {
  // swap16 works in place, and the next read verifies these very bytes: a copy is swapped.
  const little = encoding === "utf16be" ? Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16() : bytes;
  return Buffer.from(little.toString("utf16le").replace(/^\uFEFF/, ""));
}

function isPair(bytes: Buffer, at: number, encoding: Encoding): boolean {
  const [low, high] = encoding === "utf16le" ? [bytes[at], bytes[at + 1]] : [bytes[at + 1], bytes[at]];
  return low === LF && high === 0;
}
