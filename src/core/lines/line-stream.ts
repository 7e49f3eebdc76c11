// One ordered stream of lines: how they are wrapped, what of them is unfinished, and how long that has been waited for.

import type { Chunk, ChunkOrigin, ChunkPlace, LineFormat } from "./chunk.ts";
import { lineText } from "./frame.ts";
import { Parts } from "./parts.ts";
import { isDocker } from "./unwrap.ts";

const LF = 0x0a;
const CR = 0x0d;

/**
 * An unfinished line is waited for this long in a stream that is silent, milliseconds: its program was killed. Runtimes
 * write the parts of a line in one go; a minute also covers the pause of a rotation, and of a restart of ours.
 */
const PART_WAIT_MS = 60_000;

export class LineStream {
  readonly origin: ChunkOrigin;
  /** `auto` unless configured: lines of another kind than the first are read as what they are. */
  readonly format: LineFormat;
  /** Docker marks a part only by what is missing at its end, so each of its lines must be looked at. */
  readonly docker: boolean;
  readonly parts = new Parts();
  /** Where its newest chunk with parts came from: who is told when they are given up. */
  #place: ChunkPlace | undefined;
  #waitingSinceMs: number | null = null;

  constructor({ origin }: Chunk, first: string) {
    this.origin = origin;
    this.format = origin.format;
    this.docker = this.format === "docker" || (this.format === "auto" && isDocker(first));
  }

  /** A chunk has been read; parts are waited for, or were before it. */
  tellWaiting(place: ChunkPlace | undefined): void {
    place?.waiting(this.parts.places);
    this.#place = place;
    this.#waitingSinceMs = null;
  }

  /** Whether parts have been waited for too long. To be asked about once a second: the wait begins with the first time. */
  overdue(nowMs: number): boolean {
    if (!this.parts.waiting) return false;
    this.#waitingSinceMs ??= nowMs;
    return nowMs - this.#waitingSinceMs >= PART_WAIT_MS;
  }

  /** Its parts were given up. */
  tellGivenUp(): void {
    this.#place?.waiting([]);
  }
}

/** The first line that is not blank. */
export function firstLine(bytes: Buffer): string {
  let start = 0;
  while (bytes[start] === LF || bytes[start] === CR) start += 1;
  return lineText(bytes, start, endOfLine(bytes, start));
}

/** Where the line that begins at `start` ends: its LF, or the end of the bytes. */
export function endOfLine(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(LF, start);
  return end === -1 ? bytes.length : end;
}
