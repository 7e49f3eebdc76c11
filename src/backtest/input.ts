// The bytes of one FILE argument, decompressed: a plain file in reads of its own, a compressed one or a pipe as a
// stream. What breaks off is said and never loses what came before it.

import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";

/** As much as the daemon reads at a time: fits the processor's cache beside what is made of it. */
const READ_BYTES = 2 ** 18;
/** Compressed bytes at a time: a bomb blows them up a thousandfold at most, into 16 MiB. */
const PACKED_BYTES = 2 ** 14;
const MAGIC: readonly (readonly [kind: "gzip" | "zstd", bytes: readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
];
const MAGIC_BYTES = 4;
/** The argument that stands for standard input. */
export const STDIN = "-";

/** Why an input ended early, in words. */
export class InputFault extends Error {
  override readonly name = "InputFault";
}

export interface Input {
  /** As it was named; `-` for stdin. */
  readonly name: string;
  /** Bytes on disk; null for a pipe, whose end nobody knows. */
  readonly size: number | null;
  /** Bytes on disk that were read so far. */
  readonly consumed: number;
  /**
   * The next bytes, valid until the next call; null at the end.
   * @throws InputFault when the rest cannot be read.
   */
  read(): Promise<Buffer | null>;
  close(): void;
}

/**
 * Opens a FILE argument.
 * @param stdin what `-` reads.
 * @throws the error of the file system, or a RangeError for what is no file.
 */
export function openInput(name: string, stdin: Readable): Input {
  if (name === STDIN) return new StreamInput(name, stdin, null);
  const fd = openSync(name, "r");
  const stat = fstatSync(fd);
  if (stat.isDirectory()) {
    closeSync(fd);
    throw new RangeError("it is a directory");
  }
  const head = Buffer.alloc(MAGIC_BYTES);
  const regular = stat.isFile();
  if (regular && kindOf(head.subarray(0, readSync(fd, head, 0, MAGIC_BYTES, 0))) === null) {
    return new PlainInput(name, fd, stat.size);
  }
  const stream = createReadStream(name, { fd, highWaterMark: PACKED_BYTES, ...(regular && { start: 0 }) });
  return new StreamInput(name, stream, regular ? stat.size : null);
}

/** A plain file, read by position and at once: no stream is as fast. */
class PlainInput implements Input {
  readonly name: string;
  readonly size: number;
  consumed = 0;
  #fd: number;
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES);

  constructor(name: string, fd: number, size: number) {
    this.name = name;
    this.size = size;
    this.#fd = fd;
  }

  async read(): Promise<Buffer | null> {
    let length: number;
    try {
      length = readSync(this.#fd, this.#buffer, 0, READ_BYTES, this.consumed);
    } catch (error) {
      throw new InputFault(`reading stopped at byte ${this.consumed}: ${codeOf(error)}`);
    }
    this.consumed += length;
    return length === 0 ? null : this.#buffer.subarray(0, length);
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }
}

/** A pipe or a compressed file; whether it is compressed is told by its first bytes, not by its name. */
class StreamInput implements Input {
  readonly name: string;
  readonly size: number | null;
  consumed = 0;
  readonly #stream: Readable;
  readonly #bytes: AsyncGenerator<Buffer>;

  constructor(name: string, stream: Readable, size: number | null) {
    this.name = name;
    this.size = size;
    this.#stream = stream;
    this.#bytes = this.#inflated();
  }

  async read(): Promise<Buffer | null> {
    const { value } = await this.#bytes.next();
    return value ?? null;
  }

  close(): void {
    this.#stream.destroy();
  }

  async *#inflated(): AsyncGenerator<Buffer> {
    let inflate: Inflate | null | undefined;
    for await (const bytes of this.#read()) {
      if (inflate === undefined) {
        const kind = kindOf(bytes);
        inflate = kind === null ? null : inflater(kind);
      }
      if (inflate === null) yield bytes;
      else yield* whole(await inflate(bytes));
    }
    if (inflate !== null && inflate !== undefined) yield* whole(await inflate(null));
  }

  /** The stream's bytes; the first piece is long enough to know a compressed file by. */
  async *#read(): AsyncGenerator<Buffer> {
    let head: Buffer | null = Buffer.alloc(0);
    try {
      for await (const bytes of this.#stream as AsyncIterable<Buffer>) {
        this.consumed += bytes.length;
        const piece: Buffer = head === null ? bytes : Buffer.concat([head, bytes]);
        head = head !== null && piece.length < MAGIC_BYTES ? piece : null;
        if (head === null) yield piece;
      }
    } catch (error) {
      // Closing it is how reading is stopped.
      if (!this.#stream.destroyed || codeOf(error) !== "ERR_STREAM_PREMATURE_CLOSE") {
        throw new InputFault(`reading stopped at byte ${this.consumed}: ${codeOf(error)}`);
      }
      return;
    }
    if (head !== null && head.length > 0) yield head;
  }
}

interface Inflated {
  readonly pieces: readonly Buffer[];
  readonly fault: InputFault | null;
}

/** Gives what some compressed bytes, or null for their end, inflate to. */
type Inflate = (bytes: Buffer | null) => Promise<Inflated>;

/** What came out before the damage is handed on first. */
function* whole({ pieces, fault }: Inflated): Generator<Buffer> {
  yield* pieces;
  if (fault !== null) throw fault;
}

/**
 * A decompressor that is drained by hand: an iterator would throw away what was already inflated when a truncated file
 * makes it fail.
 */
function inflater(kind: "gzip" | "zstd"): Inflate {
  const options = { chunkSize: READ_BYTES };
  const engine = kind === "gzip" ? createGunzip(options) : createZstdDecompress(options);
  let fault: InputFault | null = null;
  let pieces: Buffer[] = [];
  let wake: (() => void) | null = null;
  const drain = (): void => {
    for (let bytes: Buffer | null; (bytes = engine.read() as Buffer | null) !== null;) pieces.push(bytes);
  };
  engine.on("readable", drain);
  engine.on("end", () => wake?.());
  engine.on("error", (error) => {
    fault = new InputFault(damage(kind, error));
    wake?.();
  });
  return async (bytes) => {
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (fault !== null) resolve();
      else if (bytes === null) engine.end();
      else engine.write(bytes, () => resolve());
    });
    drain();
    const inflated = { pieces, fault };
    pieces = [];
    return inflated;
  };
}

function damage(kind: string, error: Error): string {
  const code = codeOf(error);
  return code === "Z_BUF_ERROR" || /unexpected end|truncated/i.test(error.message)
    ? `it ends too early: the ${kind} file was cut off`
    : `the ${kind} data is damaged: ${code}`;
}

function kindOf(head: Buffer): "gzip" | "zstd" | null {
  return MAGIC.find(([, magic]) => magic.every((byte, at) => head[at] === byte))?.[0] ?? null;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown error";
}
