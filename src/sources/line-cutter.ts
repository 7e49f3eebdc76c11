// Cuts a stream of bytes that cannot be read twice (stdin, a decompressed file) into runs of whole lines. It holds at
// most one unfinished line of `maxLineBytes`, hands on the caller's own memory wherever it can, and loses nothing but
// lines over the limit, which it counts.

const LF = 0x0a;
const CR = 0x0d;

export interface LineCutterEvents {
  /** One or more whole lines, valid until the call returns. */
  lines(bytes: Buffer): void;
  /** A line over the limit ended; `bytes` is its length without the newline. */
  tooLong(bytes: number): void;
}

export class LineCutter {
  readonly #maxLineBytes: number;
  readonly #events: LineCutterEvents;
  /** Pieces of the unfinished line, copies of the caller's memory. */
  #pieces: Buffer[] = [];
  #held = 0;
  /** Bytes of a line over the limit seen so far; 0 while none is being skipped. */
  #skipped = 0;

  /** @param maxLineBytes longest line that is handed on, bytes without its LF or CRLF. */
  constructor(maxLineBytes: number, events: LineCutterEvents) {
    this.#maxLineBytes = maxLineBytes;
    this.#events = events;
  }

  /** Bytes of the line that has not ended yet. */
  get unfinished(): number {
    return this.#held + this.#skipped;
  }

  /**
   * Takes the next bytes; they may be reused once the call returned.
   * @param lead so many bytes of memory before them are free: where the unfinished line fits there, it is put in front, and
   * they are handed on in one run instead of two.
   */
  push(bytes: Buffer, lead = 0): void {
    let start = 0;
    if (this.unfinished > 0) {
      const lf = bytes.indexOf(LF);
      if (lf < 0) return this.#hold(bytes);
      if (this.#held > 0 && this.#held <= lead) return this.push(this.#joined(bytes));
      this.#hold(bytes.subarray(0, lf + 1));
      start = lf + 1;
    }
    const end = bytes.lastIndexOf(LF) + 1;
    if (end > start) this.#handOn(bytes.subarray(start, end));
    if (bytes.length > Math.max(start, end)) this.#hold(bytes.subarray(Math.max(start, end)));
  }

  /** The stream has ended: hands on the last line although it has no newline. */
  end(): void {
    if (this.#skipped > 0) this.#events.tooLong(this.#skipped);
    else if (this.#held > 0) this.#events.lines(Buffer.concat(this.#pieces));
    this.#release();
  }

  /** Adds to the unfinished line; a trailing LF finishes it. */
  #hold(part: Buffer): void {
    const finished = part[part.length - 1] === LF;
    const length = this.unfinished + part.length - (finished ? 1 : 0);
    if (length > this.#maxLineBytes + this.#endsInCr(part, finished)) {
      this.#release();
      if (finished) this.#events.tooLong(length);
      else this.#skipped = length;
      return;
    }
    this.#held += part.length;
    if (finished) {
      const line = this.#pieces.length === 0 ? part : Buffer.concat([...this.#pieces, part]);
      this.#release();
      this.#events.lines(line);
    } else this.#pieces.push(Buffer.from(part));
  }

  /** The unfinished line put before the bytes, into the memory there. */
  #joined({ buffer, byteOffset, length }: Buffer): Buffer {
    const joined = Buffer.from(buffer, byteOffset - this.#held, this.#held + length);
    let at = 0;
    for (const piece of this.#pieces) at += piece.copy(joined, at);
    this.#release();
    return joined;
  }

  /** 1 where a CR may be, or is, part of the line end of what is held and `part`. */
  #endsInCr(part: Buffer, finished: boolean): 0 | 1 {
    if (this.#skipped > 0) return 0;
    const last = finished ? (part.at(-2) ?? this.#pieces.at(-1)?.at(-1)) : part.at(-1);
    return last === CR ? 1 : 0;
  }

  #release(): void {
    this.#pieces = [];
    this.#held = 0;
    this.#skipped = 0;
  }

  #handOn(bytes: Buffer): void {
    let from = 0;
    for (const long of longLines(bytes, 0, bytes.length, this.#maxLineBytes)) {
      if (long.start > from) this.#events.lines(bytes.subarray(from, long.start));
      this.#events.tooLong(long.end - long.start);
      from = long.end + 1;
    }
    if (from < bytes.length) this.#events.lines(bytes.subarray(from));
  }
}

/**
 * The lines over `maxLineBytes` among the whole lines of `bytes[start, end)`, in order; `end` of each is its LF. Jumps
 * from limit to limit instead of from line to line, so it costs nothing where a chunk is shorter than the limit.
 */
export function* longLines(
  bytes: Buffer,
  start: number,
  end: number,
  maxLineBytes: number,
): Generator<{ start: number; end: number }> {
  let line = start;
  while (end - line > maxLineBytes + 1) {
    const lf = bytes.lastIndexOf(LF, line + maxLineBytes);
    if (lf >= line) line = lf + 1;
    else {
      const close = bytes.indexOf(LF, line + maxLineBytes);
      const crlf = close === line + maxLineBytes + 1 && bytes[close - 1] === CR;
      if (!crlf) yield { start: line, end: close };
      line = close + 1;
    }
  }
}
