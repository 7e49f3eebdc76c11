// Reads a generation from its position onwards and hands on whole lines, cut in one reused room. Each read begins a
// few bytes before the position, and these must be what was read before: so a file that was truncated and has already
// grown past the position is noticed at no further cost.

import { fstatSync, readSync } from "node:fs";
import { longLines } from "../line-cutter.ts";
import type { Generation } from "./generation.ts";
import { encodingOf, readAt } from "./generation.ts";
import { ANCHOR_BYTES } from "./identity.ts";
import { firstLineEnd, lastLineEnd, transcode, wholeUnits } from "./line-ends.ts";
import { errnoOf } from "./look.ts";
import { endOfNuls, followNuls, tornRun } from "./nul-runs.ts";

/** One read, where no room is given. */
const READ_BYTES = 2 ** 18;
const LF = 0x0a;

export interface LineReaderEvents {
  /** Whole lines, valid until the call returns. The position follows as soon as it did. */
  lines(generation: Generation, bytes: Buffer, replay: boolean): void;
  tooLong(generation: Generation, bytes: number): void;
  /** NUL bytes that were passed because text follows them. */
  nulsSkipped(generation: Generation, bytes: number): void;
}

export type Step =
  /** `bytes` were read and there may be more. */
  | { readonly kind: "more"; readonly bytes: number }
  /** The end of the file, for now. */
  | { readonly kind: "end"; readonly bytes: number }
  /** The bytes before the position are no longer those that were read. */
  | { readonly kind: "changed" }
  | { readonly kind: "failed"; readonly code: string };

const CHANGED: Step = { kind: "changed" };

export class LineReader {
  readonly #maxLineBytes: number;
  readonly #events: LineReaderEvents;
  readonly #stopped: () => boolean;
  readonly #room: () => Buffer;
  #memory: Buffer | null = null;

  /**
   * @param stopped true once nothing may be handed on any more.
   * @param room gives the memory that is read into; asked for at the first read.
   */
  constructor(
    maxLineBytes: number,
    events: LineReaderEvents,
    stopped: () => boolean,
    room: () => Buffer = () => Buffer.allocUnsafeSlow(READ_BYTES),
  ) {
    this.#maxLineBytes = maxLineBytes;
    this.#events = events;
    this.#stopped = stopped;
    this.#room = room;
  }

  /** Does one read of `generation`, which must have a descriptor. */
  step(generation: Generation): Step {
    const { fd } = generation;
    if (fd === null) return { kind: "failed", code: "EBADF" };
    try {
      return generation.scanned > 0 ? this.#readOn(generation, fd) : this.#readLines(generation, fd);
    } catch (error) {
      // Only system calls of this file throw a code; what the sink throws is a fault of ours and ends the source.
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      return { kind: "failed", code: errnoOf(error) };
    }
  }

  /** Hands on the last line although it has no newline: its generation is finished for good. */
  finish(generation: Generation): void {
    const { fd, offset, discardingSince } = generation;
    if (fd === null || this.#stopped()) return;
    if (discardingSince !== null) {
      this.#events.tooLong(generation, offset - discardingSince);
      generation.discardingSince = null;
      return;
    }
    const rest = readAt(fd, offset, this.#maxLineBytes);
    if (rest.length === 0 || endOfNuls(rest, 0, rest.length) === rest.length) return;
    this.#handOn(generation, rest, 0, rest.length);
  }

  get #buffer(): Buffer {
    return (this.#memory ??= this.#room());
  }

  /** Reads at the position and hands on every line that has its end. */
  #readLines(generation: Generation, fd: number): Step {
    const buffer = this.#buffer;
    const lead = generation.anchor.length;
    const n = readSync(fd, buffer, 0, buffer.length, generation.offset - lead);
    if (!this.#verified(generation, fd, buffer, n)) return CHANGED;
    const bytes = n - lead;
    if (bytes === 0) return { kind: "end", bytes };
    // Writers create a file first and put its byte order mark there later, perhaps byte by byte.
    if (generation.offset === 0) generation.encoding = encodingOf(buffer.subarray(0, n));
    if (buffer[lead] === 0 && generation.encoding === "utf8") return this.#passHole(generation, fd);
    const next = n < buffer.length ? "end" : "more";
    if (generation.discardingSince !== null) return this.#discard(generation, buffer, lead, n, next);
    const end = lastLineEnd(buffer, lead, n, generation.encoding);
    if (end > lead) {
      this.#handOn(generation, buffer, lead, end);
      return { kind: next, bytes: end - lead };
    }
    return this.#noteUnfinished(generation, n, next);
  }

  /** The line at the position has not ended yet: looks at what came behind the part that was seen. */
  #readOn(generation: Generation, fd: number): Step {
    const buffer = this.#buffer;
    const n = readSync(fd, buffer, 0, buffer.length, generation.offset + generation.scanned);
    if (n === 0) return { kind: "end", bytes: 0 };
    const lineEnd = firstLineEnd(buffer, 0, n, generation.encoding);
    const length = generation.scanned + (lineEnd < 0 ? n : lineEnd);
    // CR and LF are not of the line; whether one that is longer by two has both is judged where it is cut.
    if (length > this.#maxLineBytes + 2) {
      generation.discardingSince = generation.offset;
      generation.seek(generation.offset + generation.scanned);
      return { kind: "more", bytes: 0 };
    }
    if (lineEnd < 0) {
      const nul = generation.encoding === "utf8" ? buffer.indexOf(0) : -1;
      if (nul >= 0 && nul < n) return this.#readWhole(generation, fd, length, n < buffer.length);
      const scanned = wholeUnits(length, generation.encoding);
      const bytes = scanned - generation.scanned;
      generation.scanned = scanned;
      return { kind: n < buffer.length ? "end" : "more", bytes };
    }
    return this.#readWhole(generation, fd, length, false);
  }

  /** Reads `length` bytes of one long line, in memory that lives for this line only. */
  #readWhole(generation: Generation, fd: number, length: number, last: boolean): Step {
    const lead = generation.anchor.length;
    const size = lead + length;
    const buffer = size <= this.#buffer.length ? this.#buffer : Buffer.allocUnsafeSlow(size);
    const n = readSync(fd, buffer, 0, size, generation.offset - lead);
    if (!this.#verified(generation, fd, buffer, n)) return CHANGED;
    const end = lastLineEnd(buffer, lead, n, generation.encoding);
    const torn = end > lead ? null : tornRun(buffer, lead, n);
    if (torn !== null && torn.end < n) {
      buffer[torn.start] = LF;
      this.#handOn(generation, buffer, lead, torn.start + 1);
    } else this.#handOn(generation, buffer, lead, end);
    return { kind: last ? "end" : "more", bytes: n - lead };
  }

  #noteUnfinished(generation: Generation, n: number, next: "end" | "more"): Step {
    const lead = generation.anchor.length;
    const nul = generation.encoding === "utf8" ? this.#buffer.subarray(lead, n).indexOf(0) : -1;
    if (nul >= 0) {
      const torn = tornRun(this.#buffer, lead, n);
      if (torn !== null && (torn.end < n || next === "more")) return this.#endTorn(generation, torn.start);
      // What is NUL now may be filled in: it must be read again.
      return { kind: "end", bytes: 0 };
    }
    // A lone first byte may be half of a byte order mark.
    generation.scanned = generation.offset === 0 && n === 1 ? 0 : wholeUnits(n - lead, generation.encoding);
    return { kind: next, bytes: generation.scanned };
  }

  #endTorn(generation: Generation, start: number): Step {
    const lead = generation.anchor.length;
    this.#buffer[start] = LF;
    this.#handOn(generation, this.#buffer, lead, start + 1);
    return { kind: "more", bytes: start + 1 - lead };
  }

  #passHole(generation: Generation, fd: number): Step {
    const run = followNuls(generation, fd, this.#buffer);
    if (run.kind === "open") return { kind: "end", bytes: 0 };
    if (run.kind === "unknown") return { kind: "more", bytes: 0 };
    const bytes = run.to - generation.offset;
    generation.seek(run.to);
    this.#events.nulsSkipped(generation, bytes);
    return { kind: "more", bytes };
  }

  /** Skips on in a line over the limit. */
  #discard(generation: Generation, buffer: Buffer, lead: number, n: number, next: "end" | "more"): Step {
    const began = generation.discardingSince ?? generation.offset;
    const lineEnd = firstLineEnd(buffer, lead, n, generation.encoding);
    const to = lineEnd < 0 ? lead + wholeUnits(n - lead, generation.encoding) : lineEnd;
    generation.advance(generation.offset + to - lead, buffer.subarray(Math.max(0, to - ANCHOR_BYTES), to));
    if (lineEnd < 0) return { kind: next, bytes: to - lead };
    generation.discardingSince = null;
    this.#events.tooLong(generation, generation.offset - 1 - began);
    return { kind: "more", bytes: to - lead };
  }

  /** Hands on `buffer[from, end)`, which begins at the position, in as many chunks as its content asks for. */
  #handOn(generation: Generation, buffer: Buffer, from: number, end: number): void {
    const base = generation.offset - from;
    let at = from;
    const to = (next: number): void => {
      const history = generation.replayUntil - base;
      while (at < next && !this.#stopped()) {
        const border = at < history && history < next ? historyEnd(buffer, history, next) : next;
        const bytes = buffer.subarray(at, border);
        const text = generation.encoding === "utf8" ? bytes : transcode(bytes, generation.encoding);
        this.#events.lines(generation, text, at < history);
        at = border;
        generation.advance(base + at, buffer.subarray(Math.max(0, at - ANCHOR_BYTES), at));
      }
    };
    for (const stretch of this.#stretches(buffer, from, end, generation)) {
      const cut = stretch.kind === "torn" && stretch.start > at && buffer[stretch.start - 1] !== LF;
      if (cut) buffer[stretch.start] = LF;
      to(cut ? stretch.start + 1 : stretch.start);
      if (this.#stopped()) return;
      at = stretch.end;
      generation.advance(base + at, buffer.subarray(Math.max(0, at - ANCHOR_BYTES), at));
      if (stretch.kind === "long") this.#events.tooLong(generation, stretch.end - 1 - stretch.start);
      else this.#events.nulsSkipped(generation, stretch.end - stretch.start);
    }
    to(end);
  }

  /** What must not be handed on as it stands, in order. */
  *#stretches(
    buffer: Buffer,
    from: number,
    end: number,
    generation: Generation,
  ): Generator<{ kind: "long" | "torn"; start: number; end: number }> {
    if (generation.encoding !== "utf8") return;
    let at = from;
    for (
      let torn = tornRun(buffer, from, end);
      torn !== null && torn.start > from;
      torn = tornRun(buffer, at, end)
    ) {
      yield { kind: "torn", ...torn };
      at = torn.end;
    }
    for (const long of longLines(buffer, at, end, this.#maxLineBytes)) {
      yield { kind: "long", start: long.start, end: long.end + 1 };
    }
  }

  /** True when the bytes before the position are unchanged and the file did not shrink while it was read. */
  #verified(generation: Generation, fd: number, buffer: Buffer, n: number): boolean {
    const { anchor } = generation;
    if (n < anchor.length || buffer.compare(anchor, 0, anchor.length, 0, anchor.length) !== 0) return false;
    return n === anchor.length || fstatSync(fd).size >= generation.offset - anchor.length + n;
  }
}

/** Behind the line in which history ends. */
function historyEnd(buffer: Buffer, history: number, end: number): number {
  const lf = buffer.indexOf(LF, history - 1);
  return lf < 0 || lf >= end ? end : lf + 1;
}
