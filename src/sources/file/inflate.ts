// Rotated files that were compressed before they had been read to their end (gzip and zstd): found by their content,
// and read on at the decompressed position. bz2 and xz cannot be read; whoever meets one names it as a gap.

import { closeSync, createReadStream } from "node:fs";
import { constants, createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync } from "node:zlib";
import { LineCutter } from "../line-cutter.ts";
import { openFile, readAt } from "./generation.ts";
import type { Generation } from "./generation.ts";
import { HEAD_BYTES, printMatches, printOf } from "./identity.ts";
import type { Identity } from "./identity.ts";
import type { LineReaderEvents } from "./line-reader.ts";
import { errnoOf } from "./look.ts";
import { systemPath } from "./path-name.ts";

export type Compression = "gzip" | "zstd" | "bzip2" | "xz";

const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];
const MAGIC_BYTES = 6;
/** Decompressed bytes at a time: larger than zlib's 16 KiB, so that the turns of the event loop are fewer. */
const INFLATE_BYTES = 2 ** 16;
/** Compressed bytes that surely give HEAD_BYTES: zstd gives whole blocks only, of 128 KiB at most. */
const PACKED_HEAD_BYTES = { gzip: 4096, zstd: 2 ** 17 + 1024 } as const;

/** How an open file is compressed, told by its first bytes; null when it is plain. */
export function compressionOf(fd: number): Compression | null {
  const start = readAt(fd, 0, MAGIC_BYTES);
  return MAGIC.find(([, magic]) => magic.every((byte, at) => start[at] === byte))?.[0] ?? null;
}

/** The first HEAD_BYTES of an open file, decompressed where it is compressed; fewer where it is shorter or damaged. */
export function headOf(fd: number): Buffer {
  const compression = compressionOf(fd);
  if (compression === null) return readAt(fd, 0, HEAD_BYTES);
  const start = readAt(fd, 0, PACKED_HEAD_BYTES[compression === "zstd" ? "zstd" : "gzip"]);
  try {
    // Flushing instead of finishing: the end of the file is not in the part that was read.
    const head =
      compression === "zstd"
        ? zstdDecompressSync(start, { finishFlush: constants.ZSTD_e_flush })
        : gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH });
    return head.subarray(0, HEAD_BYTES);
  } catch {
    return Buffer.alloc(0);
  }
}

/** The first of `paths` whose decompressed bytes begin with everything that was read up to `offset`. */
export async function findInflated(
  paths: readonly string[],
  known: Identity,
  offset: number,
): Promise<string | null> {
  for (const path of paths) if (await holdsInflated(path, known, offset)) return path;
  return null;
}

export type Inflation =
  | { readonly kind: "whole" }
  | { readonly kind: "stopped" }
  /** `code` is the errno name or zlib's, such as Z_DATA_ERROR or Z_BUF_ERROR (the file ends too early). */
  | { readonly kind: "failed"; readonly code: string };

/** Hands on the lines of a compressed file behind the generation's position, which follows them. */
export async function inflateOn(
  generation: Generation,
  path: string,
  maxLineBytes: number,
  events: LineReaderEvents,
  signal: AbortSignal,
): Promise<Inflation> {
  const first = new Stretch(0, HEAD_BYTES);
  const cutter = new LineCutter(maxLineBytes, {
    lines: (bytes) => {
      if (signal.aborted) return;
      events.lines(generation, bytes, generation.offset < generation.replayUntil);
      generation.advance(generation.offset + bytes.length, bytes);
    },
    tooLong: (bytes) => {
      events.tooLong(generation, bytes);
      generation.offset += bytes + 1;
    },
  });
  const skip = generation.offset;
  let at = 0;
  try {
    for await (const bytes of inflated(path)) {
      if (signal.aborted) return { kind: "stopped" };
      first.take(bytes, at);
      const behind = Math.min(bytes.length, Math.max(0, skip - at));
      at += bytes.length;
      if (behind < bytes.length) cutter.push(bytes.subarray(behind));
      const length = Math.min(generation.offset, first.bytes.length);
      if (length > generation.head.length) generation.head = printOf(first.bytes.subarray(0, length));
    }
  } catch (error) {
    return signal.aborted ? { kind: "stopped" } : { kind: "failed", code: errnoOf(error) };
  }
  if (signal.aborted) return { kind: "stopped" };
  cutter.end();
  return { kind: "whole" };
}

async function holdsInflated(path: string, known: Identity, offset: number): Promise<boolean> {
  const { head, anchor } = known;
  const first = new Stretch(0, head.length);
  const before = new Stretch(offset - anchor.length, anchor.length);
  let at = 0;
  try {
    for await (const bytes of inflated(path)) {
      first.take(bytes, at);
      before.take(bytes, at);
      at += bytes.length;
      if (at >= head.length && !printMatches(head, first.bytes)) return false;
      if (at >= offset) return printMatches(anchor, before.bytes);
    }
  } catch {
    // Not readable or not whole: then it is not the file that is looked for, or not yet.
  }
  return false;
}

/** Decompresses a file chunk by chunk. @throws the errors of the file system and of the decompressor. */
async function* inflated(path: string): AsyncGenerator<Buffer> {
  const opened = openFile(path);
  if (opened.kind === "failed") throw Object.assign(new Error(`Cannot open: ${opened.code}`), opened);
  const compression = compressionOf(opened.fd);
  closeSync(opened.fd);
  const options = { chunkSize: INFLATE_BYTES };
  const engine = compression === "zstd" ? createZstdDecompress(options) : createGunzip(options);
  const file = createReadStream(systemPath(path));
  file.once("error", (error) => engine.destroy(error));
  file.pipe(engine);
  try {
    yield* engine as AsyncIterable<Buffer>;
  } finally {
    file.destroy();
    engine.destroy();
  }
}

/** The bytes of one stretch of a stream, gathered as they pass. */
class Stretch {
  readonly #from: number;
  readonly #memory: Buffer;
  #filled = 0;

  constructor(from: number, length: number) {
    this.#from = from;
    this.#memory = Buffer.alloc(length);
  }

  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#filled);
  }

  take(bytes: Buffer, at: number): void {
    const wanted = this.#from + this.#filled;
    if (this.#filled === this.#memory.length || at > wanted || at + bytes.length <= wanted) return;
    this.#filled += bytes.copy(this.#memory, this.#filled, wanted - at);
  }
}
