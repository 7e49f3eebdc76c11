// The budget for deleted files that are kept alive: an open descriptor holds back the disk space of its file, and a
// tailer that cannot keep up would fill the disk that log rotation is meant to keep free.

import type { Generation } from "./generation.ts";

/** Deleted files among these, which only our descriptor keeps alive. */
export function pinnedAmong(generations: Iterable<Generation>): Generation[] {
  return [...generations].filter(({ fd, current, unlinked }) => fd !== null && !current && unlinked);
}

/**
 * The files to let go so that the rest holds at most `maxBytes` of the disk: first those that have been read to their
 * end, which costs nothing but what a writer that is slow to let go still adds; then the oldest.
 * @param pinned deleted files that are kept open.
 */
export function overBudget(pinned: readonly Generation[], maxBytes: number): Generation[] {
  let bytes = pinned.reduce((sum, { size }) => sum + size, 0);
  const order = pinned.toSorted((a, b) => Number(b.atEnd) - Number(a.atEnd) || a.seq - b.seq);
  const leaving: Generation[] = [];
  for (const generation of order) {
    if (bytes <= maxBytes) break;
    bytes -= generation.size;
    leaving.push(generation);
  }
  return leaving;
}
