// Keeps the number of open descriptors within its limit: thousands of quiet files need none. A file that is closed at
// its end is known again by its identity when it grows.

import { readFileSync } from "node:fs";
import type { Chain } from "./chain.ts";
import type { Generation } from "./generation.ts";
import type { Register } from "./register.ts";

const MOST_OPEN = 1024;

/** Descriptors a source may keep open when nothing is configured: 1024, or half of the process's limit. */
export function defaultMaxOpenFiles(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const soft = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.NaN);
    return Number.isNaN(soft) ? MOST_OPEN : Math.min(MOST_OPEN, Math.floor(soft / 2));
  } catch {
    // No /proc: the limit of the process is unknown, and 1024 is below every usual one.
    return MOST_OPEN;
  }
}

/** Descriptors that the chains keep open. */
export function openOf(chains: Iterable<Chain>): number {
  let open = 0;
  for (const { generations } of chains) {
    for (const generation of generations) if (generation.fd !== null) open++;
  }
  return open;
}

/**
 * Closes the least recently active files that are read to their end until at most `most` are open. Files with unread
 * bytes and deleted ones keep theirs: the descriptor is all that still leads to them. Rotated ones are over early, and
 * looked at now and then like all that are.
 */
export function closeIdle(register: Register, most: number, nowMs: number): void {
  const open: Generation[] = [];
  for (const chain of register.chains.values()) {
    for (const generation of chain.generations) if (generation.fd !== null) open.push(generation);
  }
  if (open.length <= most) return;
  const idle = open.filter(({ current, unread, unlinked, atEnd, offset, size }) =>
    current ? !unread && atEnd : !unread && !unlinked && offset === size,
  );
  idle.sort((a, b) => a.activeMs - b.activeMs);
  // Somewhat more than asked for, so that not every further file makes the round again.
  for (const generation of idle.slice(0, open.length - most + Math.ceil(most / 8))) {
    if (!generation.current) {
      register.finish(generation, nowMs, false);
      continue;
    }
    generation.growHead();
    generation.close();
  }
}
