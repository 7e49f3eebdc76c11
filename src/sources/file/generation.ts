// One physical body of bytes and how far it has been read. A path is a chain of generations; the names of a generation
// may change, its identity does not. While its descriptor is held, its inode cannot be reused.

import { closeSync, constants, openSync, readSync } from "node:fs";
import { ANCHOR_BYTES, HEAD_BYTES, NO_PRINT, printOf } from "./identity.ts";
import type { FileId, Identity, Print } from "./identity.ts";
import { errnoOf, lookThrough } from "./look.ts";
import type { FileLook } from "./look.ts";
import { systemPath } from "./path-name.ts";

// O_NONBLOCK: a FIFO that took the place of the file between stat and open must not block the process for ever.
// Node opens everything with O_CLOEXEC.
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

export type Opened =
  | { readonly kind: "opened"; readonly fd: number; readonly look: FileLook }
  | { readonly kind: "failed"; readonly code: string };

/** Opens a regular file for reading, and nothing else. */
export function openFile(path: string): Opened {
  let fd: number;
  try {
    fd = openSync(systemPath(path), OPEN_FLAGS);
  } catch (error) {
    return { kind: "failed", code: errnoOf(error) };
  }
  const look = lookThrough(fd);
  if (look.kind === "file") return { kind: "opened", fd, look };
  closeSync(fd);
  return { kind: "failed", code: look.kind === "missing" ? "ENOENT" : look.code };
}

const NO_BYTES = Buffer.alloc(0);

export class Generation {
  /** Key of its position, unique within the source; a higher number is younger. */
  readonly seq: number;
  /** The path it was read under: the name of its stream. */
  stream: string;
  /** Where it lay when last seen. */
  path: string;
  /** Where links on the way to `path` led when it was opened; null when there were none. */
  real: string | null = null;
  id: FileId;
  fd: number | null = null;
  /** Bytes handed on or skipped: the position. Never inside a line, but for one that is being skipped. */
  offset = 0;
  /** Bytes after `offset` that are known to hold no line end; they are not read again until one comes. */
  scanned = 0;
  /** Where a line over the limit began, while its end has not been seen. */
  discardingSince: number | null = null;
  /** Up to here the bytes after `offset` were NUL when last read: a hole, or space allocated in advance. */
  nulUntil = 0;
  /** Bytes below this offset are history: they were there before the source saw the file for the first time. */
  replayUntil = 0;
  /** Size and times at the last look. */
  size = 0;
  mtimeNs = 0n;
  fresh = false;
  head: Print = NO_PRINT;
  /**
   * The bytes before `offset`, at most ANCHOR_BYTES, while the file is open: a closed one of thousands keeps their print
   * alone, as its position does.
   */
  anchor: Buffer = NO_BYTES;
  encoding: Encoding = "utf8";
  /** No name leads to it any more, as of the last look: its bytes live as long as its descriptor. */
  unlinked = false;
  /** True while it may hold bytes that have not been read. */
  unread = true;
  /** A file beside it that began with the same bytes: once it is truncated, what was unread stands there. */
  copy: FileId | null = null;
  /** Compressed files in one of which its bytes are to be read on; null for a plain file. */
  inflateFrom: readonly string[] | null = null;
  /** False once another generation took its path, or the path is gone. */
  current = true;
  /** When it last gave bytes, monotonic milliseconds. */
  activeMs = 0;
  /** Wall time at which it was closed for good, milliseconds; null while it is read. */
  finishedMs: number | null = null;
  #anchorMemory: Buffer = NO_BYTES;
  /** Of the bytes before `offset`, while these are not in memory. */
  #anchorPrint: Print | null = null;

  constructor(seq: number, stream: string, path: string, id: FileId) {
    this.seq = seq;
    this.stream = stream;
    this.path = path;
    this.id = { dev: id.dev, ino: id.ino, birthtimeNs: id.birthtimeNs };
  }

  /** True when everything up to the last known size has been handed on, but for an unfinished line. */
  get atEnd(): boolean {
    return this.offset + this.scanned >= this.size;
  }

  /** True when the file has given nothing new since the generation was over. */
  isSpent(look: FileLook): boolean {
    if (this.finishedMs === null) return false;
    // The position of a compressed file is beyond its size or before it, and says nothing.
    return look.size <= this.offset || (look.size === this.size && look.mtimeNs === this.mtimeNs);
  }

  identity(): Identity {
    return { ...this.id, head: this.head, anchor: this.#anchorPrint ?? printOf(this.anchor) };
  }

  /** Notes what a look said. */
  see(look: FileLook): void {
    this.size = look.size;
    this.mtimeNs = look.mtimeNs;
    this.fresh = look.fresh;
    this.unlinked = look.nlink === 0;
  }

  /** Takes a descriptor and settles how its bytes are to be read. */
  attach(fd: number, look: FileLook): void {
    this.fd = fd;
    this.id = { dev: look.dev, ino: look.ino, birthtimeNs: look.birthtimeNs };
    this.see(look);
    this.encoding = encodingOf(readAt(fd, 0, 3));
  }

  close(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
    this.keepPrint(this.identity().anchor);
  }

  /** Of the bytes before the position only their print is known, until they are read again. */
  keepPrint(anchor: Print): void {
    this.#anchorPrint = anchor;
    this.anchor = this.#anchorMemory = NO_BYTES;
  }

  /** Moves the position to `offset`; `before` are bytes that end there. */
  advance(offset: number, before: Buffer): void {
    this.offset = offset;
    this.scanned = 0;
    // Memory of its own: a slice of Node's pool would keep 8 KiB alive for each of thousands of files.
    if (this.#anchorMemory.length === 0) this.#anchorMemory = Buffer.allocUnsafeSlow(ANCHOR_BYTES);
    const length = before.copy(this.#anchorMemory, 0, Math.max(0, before.length - ANCHOR_BYTES));
    this.anchor = length === ANCHOR_BYTES ? this.#anchorMemory : this.#anchorMemory.subarray(0, length);
    this.#anchorPrint = null;
  }

  /** Moves the position to `offset`, reading the bytes before it anew. */
  seek(offset: number): void {
    const from = Math.max(0, offset - ANCHOR_BYTES);
    this.advance(offset, this.fd === null ? NO_BYTES : readAt(this.fd, from, offset - from));
  }

  /** Lets the print of the first bytes grow with what has been handed on. */
  growHead(): void {
    const length = Math.min(HEAD_BYTES, this.offset);
    if (this.fd === null || length <= this.head.length) return;
    const { fd, anchor, offset } = this;
    const bytes = readAt(fd, 0, length);
    // Asked last: had the file begun anew meanwhile, these would be the first bytes of something else.
    const intact = readAt(fd, offset - anchor.length, anchor.length).equals(anchor);
    if (intact && bytes.length === length) this.head = printOf(bytes);
  }
}

/** How the bytes of a file are text, settled by its byte order mark. */
export type Encoding = "utf8" | "utf16le" | "utf16be";

export function encodingOf(start: Buffer): Encoding {
  if (start[0] === 0xff && start[1] === 0xfe) return "utf16le";
  if (start[0] === 0xfe && start[1] === 0xff) return "utf16be";
  return "utf8";
}

/** At most `length` bytes at `position`, fewer at the end of the file, none when reading fails. */
export function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  try {
    while (filled < length) {
      const n = readSync(fd, bytes, filled, length - filled, position + filled);
      if (n === 0) break;
      filled += n;
    }
  } catch {
    return bytes.subarray(0, 0);
  }
  return bytes.subarray(0, filled);
}
