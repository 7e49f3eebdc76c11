// Whether a file beside a log is a copy of it, as copytruncate makes them: its lines are not news. Logs begin alike, with
// a header or the same first lines, so that what stands at the end of the copy must agree too.

import { readAt } from "./generation.ts";
import type { Generation } from "./generation.ts";
import { ANCHOR_BYTES, HEAD_BYTES, printMatches } from "./identity.ts";
import { compressionOf, headOf } from "./inflate.ts";
import { lookThrough } from "./look.ts";
import type { FileLook } from "./look.ts";

/** Bytes at the end of a copy that are compared with the log. */
const TAIL_BYTES = 4096;

/** True when an open file is a copy of `generation`, or one in the making; an empty one has nothing to begin. */
export function isCopyOf(
  { fd, look }: { readonly fd: number; readonly look: FileLook },
  generation: Generation,
): boolean {
  if (look.size === 0) return true;
  if (compressionOf(fd) !== null) return beginsAs(generation, headOf(fd));
  // Nearly all are told apart here, without a look into the log itself: a chain may hold hundreds of generations.
  const { head } = generation;
  if (look.size >= head.length && !printMatches(head, readAt(fd, 0, head.length))) return false;
  return isIntact(generation) ? isPrefix(generation, fd, look) : wasPrefix(generation, fd);
}

/** True when what was read is still there: its bytes tell more than the prints of a few of them. */
function isIntact({ fd, head, anchor, offset }: Generation): boolean {
  if (fd === null) return false;
  const before = readAt(fd, Math.max(0, offset - ANCHOR_BYTES), Math.min(offset, ANCHOR_BYTES));
  return (
    before.subarray(before.length - anchor.length).equals(anchor) &&
    printMatches(head, readAt(fd, 0, HEAD_BYTES))
  );
}

/** True when the log begins with the whole of the copy, and can have been copied. */
function isPrefix({ fd, current }: Generation, copy: number, { size, birthtimeNs }: FileLook): boolean {
  const look = fd === null ? null : lookThrough(fd);
  if (fd === null || look?.kind !== "file" || size > look.size) return false;
  // Lines may all be the same: then only the times tell a log that was renamed before this one came from a copy of it.
  if (birthtimeNs !== 0n && birthtimeNs < look.birthtimeNs) return false;
  // What was renamed is not copied any more, but what was moved to another file system was copied and removed.
  if (!current && look.nlink > 0) return false;
  const head = Math.min(HEAD_BYTES, size);
  const tail = Math.min(TAIL_BYTES, size);
  return (
    readAt(copy, 0, head).equals(readAt(fd, 0, head)) &&
    readAt(copy, size - tail, tail).equals(readAt(fd, size - tail, tail))
  );
}

/** True when the copy holds what was read of a log that begins anew by now. */
function wasPrefix(generation: Generation, copy: number): boolean {
  const { head, anchor } = generation.identity();
  return (
    anchor.length > 0 &&
    printMatches(head, readAt(copy, 0, head.length)) &&
    printMatches(anchor, readAt(copy, generation.offset - anchor.length, anchor.length))
  );
}

/** True when decompressed bytes begin as the log does. */
function beginsAs({ fd, head }: Generation, start: Buffer): boolean {
  const own = fd === null ? Buffer.alloc(0) : readAt(fd, 0, HEAD_BYTES);
  if (own.length === 0 || !printMatches(head, own)) return head.length > 0 && printMatches(head, start);
  const length = Math.min(own.length, start.length);
  return length > 0 && own.subarray(0, length).equals(start.subarray(0, length));
}
