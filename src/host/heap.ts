// Keeps the process as small after a load as before it. V8 lets its young generation grow to 64 MiB under load and gives
// nothing of it back, and the memory of old garbage only when it needs room itself; a daemon that sits in every pod is
// paid for by what it holds on to.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock } from "./clock.ts";

const LOOK_MS = 5000;
/** Share of a core below which there is no load that a collection would hold up. */
const QUIET_SHARE = 0.1;
/** What a collection must be expected to give back, bytes. */
const WORTH_BYTES = 3 * 2 ** 20;
/**
 * A log that is followed makes garbage all the time: each collection is followed by a pause of so many times what it took,
 * so that they cost at most a five-hundredth of a core. A load ends the pause: what it leaves behind goes back at once.
 */
const PAUSE_FACTOR = 500;

/** Flags of V8 that hold for the whole process. A code cache is good only under those that it was made with. */
export function holdHeap(): void {
  // The young generation stays at its first size, 1 MiB: with little garbage it is no slower (2 % of a backlog).
  setFlagsFromString("--semi-space-growth-factor=1");
  // The old one may grow by 30 % and not to thrice its size before its garbage is collected: with 5,000 files that get
  // lines it holds 43 MiB instead of 67 to 88, for the 40 ms of each further collection.
  setFlagsFromString("--heap-growing-percent=30");
  // One optimizing compiler is enough, for what is truly hot. The middle one costs 3 MiB from the start on and 4 after a
  // load; without it, what the start itself calls some hundred times would wake the big one. Backlogs are read with a
  // fifth less CPU so.
  setFlagsFromString("--no-maglev");
  setFlagsFromString("--minimum-invocations-before-optimization=2000");
}

/** What was seen at a look. */
export interface Look {
  readonly atMs: number;
  readonly residentBytes: number;
  /** Of a core, since the look before. */
  readonly cpuShare: number;
}

/** After the last collection: what is left resident, and until when there is none. */
export interface Rest {
  readonly bytes: number;
  readonly untilMs: number;
}

/** A start leaves garbage behind: the first quiet moment is for it. */
export const UNRESTED: Rest = { bytes: 0, untilMs: 0 };

/** Whether it is worth to collect garbage now. */
export function worthCollecting(rest: Rest, look: Look): boolean {
  return look.atMs >= rest.untilMs && isQuiet(look) && look.residentBytes > rest.bytes + WORTH_BYTES;
}

/** The rest after a look at which nothing was collected. */
export function restAt(rest: Rest, look: Look): Rest {
  return {
    bytes: Math.min(rest.bytes, look.residentBytes),
    untilMs: isQuiet(look) ? rest.untilMs : look.atMs,
  };
}

const isQuiet = ({ cpuShare }: Look): boolean => cpuShare < QUIET_SHARE;

/** The rest after a collection that ended at `atMs`. */
export function restAfter(atMs: number, tookMs: number, residentBytes: number): Rest {
  return { bytes: residentBytes, untilMs: atMs + PAUSE_FACTOR * tookMs };
}

/** Looks every five seconds and gives memory back when there is some and it is quiet, until `signal` aborts. */
export async function relieveHeap(clock: Clock, signal: AbortSignal): Promise<void> {
  let rest = UNRESTED;
  for (;;) {
    const [cpu, sinceMs] = [process.cpuUsage(), performance.now()];
    await clock.sleep(LOOK_MS, signal);
    if (signal.aborted) return;
    const { user, system } = process.cpuUsage(cpu);
    const atMs = performance.now();
    const cpuShare = (user + system) / 1000 / (atMs - sinceMs);
    const look = { atMs, residentBytes: process.memoryUsage.rss(), cpuShare };
    if (worthCollecting(rest, look)) {
      collectAll();
      const endMs = performance.now();
      rest = restAfter(endMs, endMs - atMs, process.memoryUsage.rss());
    } else rest = restAt(rest, look);
  }
}

/**
 * Collects all garbage and gives freed pages back. The function for it is only in contexts that are made while the flag is
 * set; one is made for this call alone, so that nobody else finds it.
 */
function collectAll(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: object) => void;
  setFlagsFromString("--no-expose-gc");
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
}
