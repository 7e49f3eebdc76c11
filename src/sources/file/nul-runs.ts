// Runs of NUL bytes: the hole that a writer without O_APPEND leaves after a truncation, space allocated in advance, the
// zero tail of a power cut. One that reaches the end of the file is never passed, since somebody may still write into it.

import { readSync } from "node:fs";
import type { Generation } from "./generation.ts";

/** A run this long inside a line ends it: text does not hold that many NULs, torn writes do. */
export const TORN_RUN = 64;
/** A hole is looked at anew from its front for this many bytes; whoever fills it begins there. */
const FRONT_BYTES = 4096;
/** Most bytes of a hole that are looked through before other files have their turn (64 MiB, about 20 ms). */
const MOST_PER_TURN = 2 ** 26;

export type NulRun =
  /** It ends at `to`, where another byte stands. */
  | { readonly kind: "ends"; readonly to: number }
  /** It reaches the end of the file. */
  | { readonly kind: "open" }
  /** It goes on, and it is another file's turn. */
  | { readonly kind: "unknown" };

/** Follows the run of NULs that begins at the generation's position, keeping `nulUntil`. `buffer` is scratch space. */
export function followNuls(generation: Generation, fd: number, buffer: Buffer): NulRun {
  const front = generation.offset + FRONT_BYTES;
  let at = generation.offset;
  for (let looked = 0; looked < MOST_PER_TURN;) {
    const length = at < front ? Math.min(buffer.length, front - at) : buffer.length;
    const n = readSync(fd, buffer, 0, length, at);
    if (n === 0) return { kind: "open" };
    const end = endOfNuls(buffer, 0, n);
    at += end;
    if (end < n) return { kind: "ends", to: at };
    looked += n;
    if (at >= front) {
      at = Math.max(at, generation.nulUntil);
      generation.nulUntil = at;
    }
  }
  return { kind: "unknown" };
}

const ZEROS = Buffer.alloc(4096);

/** Index of the first byte in `bytes[from, to)` that is not NUL, or `to`. */
export function endOfNuls(bytes: Buffer, from: number, to: number): number {
  let at = from;
  // Block against block is memcmp; a loop over the bytes of a 500 MB hole would take a second.
  while (to - at >= ZEROS.length && bytes.compare(ZEROS, 0, ZEROS.length, at, at + ZEROS.length) === 0) {
    at += ZEROS.length;
  }
  while (at < to && bytes[at] === 0) at++;
  return at;
}

/** The first run of at least TORN_RUN NULs in `bytes[from, to)`, null when there is none. */
export function tornRun(bytes: Buffer, from: number, to: number): { start: number; end: number } | null {
  // Without what lies behind: a room holds half a megabyte of what was read before.
  const searched = bytes.subarray(0, to);
  for (let at = searched.indexOf(0, from); at >= 0;) {
    const end = endOfNuls(searched, at, to);
    if (end - at >= TORN_RUN) return { start: at, end };
    at = searched.indexOf(0, end);
  }
  return null;
}
