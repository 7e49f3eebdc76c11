// The time a stretch of quiet lines has reached. Lines without a needle are never parsed, yet the engine's time must
// move with them: one parse of one line tells it for a whole chunk.

import { lineText } from "./frame.ts";
import { timeOf } from "./time.ts";
import { peel, unwrap } from "./unwrap.ts";

/** A line longer than this is not parsed only to learn its time. */
const MAX_TIMED_LINE_BYTES = 64 * 1024;
const LF = 0x0a;

/**
 * The time that the last complete line of a run of lines gives of itself, in ms since the epoch: its record's own, else
 * its wrapper's. Null when there is no complete line, it tells no time, or it is over 64 KiB.
 */
export function timeOfLastLine(bytes: Buffer): number | null {
  const line = lastLine(bytes);
  return line === null ? null : timeOfLine(line, 0, line.length - 1);
}

/** The last complete line with its LF, as a view of the same memory; null when there is none, or it is over 64 KiB. */
export function lastLine(bytes: Buffer): Buffer | null {
  const end = bytes.lastIndexOf(LF);
  if (end <= 0) return null;
  const start = bytes.lastIndexOf(LF, end - 1) + 1;
  return end - start > MAX_TIMED_LINE_BYTES ? null : bytes.subarray(start, end + 1);
}

/** The same of the first line: since when its source has been watched. */
export function timeOfFirstLine(bytes: Buffer): number | null {
  const end = bytes.indexOf(LF);
  return end <= 0 ? null : timeOfLine(bytes, 0, end);
}

function timeOfLine(bytes: Buffer, start: number, end: number): number | null {
  if (end - start > MAX_TIMED_LINE_BYTES) return null;
  const text = lineText(bytes, start, end);
  const peeled = peel(text, "auto");
  const inner = unwrap(peeled, peeled.opened?.text ?? text);
  const own = "record" in inner ? (timeOf(inner.record.value) ?? inner.record.wrapperTimeMs) : null;
  return own ?? peeled.opened?.timeMs ?? null;
}
