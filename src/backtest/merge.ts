// Several logs as one, in the order of time. Only what is counted has to be in order, so the logs are merged by their
// events: the millions of lines between them are never asked for their time.

import { setImmediate } from "node:timers/promises";

/** So long may one turn of the event loop take: signals and the progress bar want theirs. */
export const TURN_MS = 20;

/** One log that gives its items in the order of time. */
export interface TimedLog<Item> {
  /** Nothing that it still gives is earlier; milliseconds since the epoch, Infinity when it has ended. */
  readonly boundMs: number;
  /** The next item when it is at hand; null: `read` goes on. */
  take(): Item | null;
  /** Reads on, which moves the bound or brings items. */
  read(): Promise<void>;
}

/**
 * Emits the items of all logs in the order of their time, those of one time in the order of the logs. Reads only as far
 * as it has to, so that at any time only logs that overlap are open.
 * @param pause called some fifty times a second while there is something to read.
 * @param signal ends it early.
 */
export async function mergeByTime<Item>(
  logs: readonly TimedLog<Item>[],
  emit: (item: Item, timeMs: number) => void,
  pause: () => void,
  signal: AbortSignal,
): Promise<void> {
  let turnEndMs = performance.now() + TURN_MS;
  while (!signal.aborted) {
    const { first, untilMs } = earliest(logs);
    if (first === null) return;
    // Drained as long as no other log can have something earlier.
    do {
      const timeMs = first.boundMs;
      const item = first.take();
      if (item !== null) emit(item, timeMs);
      else {
        await first.read();
        if (performance.now() < turnEndMs) continue;
        pause();
        await setImmediate();
        turnEndMs = performance.now() + TURN_MS;
      }
    } while (first.boundMs < untilMs && !signal.aborted);
  }
}

/** The log whose turn it is, and up to which time it stays so. Linear: there are as many logs as one command line names. */
function earliest<Item>(logs: readonly TimedLog<Item>[]): {
  first: TimedLog<Item> | null;
  untilMs: number;
} {
  let first: TimedLog<Item> | null = null;
  let untilMs = Infinity;
  for (const log of logs) {
    if (log.boundMs === Infinity) continue;
    if (first === null) first = log;
    else if (log.boundMs < first.boundMs) {
      untilMs = first.boundMs;
      first = log;
    } else untilMs = Math.min(untilMs, log.boundMs);
  }
  return { first, untilMs };
}
