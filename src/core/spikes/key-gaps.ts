// Whether one key is used by a clock (cron, poller): the times between its uses hardly differ. All other single clients
// retry in some way, with back-off, in bursts or in a loop, which calls for the same answer.

/** Running statistics of one key's gaps, plain JSON; four numbers however many events there were. */
export interface KeyGaps {
  lastMs: number;
  /** Number of gaps, their mean and the sum of squared deviations (Welford). */
  gaps: number;
  meanMs: number;
  squares: number;
}

/** Fewer gaps than this are no pattern. */
const LEAST_GAPS = 5;
/** "Nearly constant": standard deviation below this share of the mean. */
const CONSTANT_VARIATION = 0.3;
/** A clock ticks at most once a second; faster than that is a loop. */
const LEAST_PERIOD_MS = 1000;

/** The statistics of a key that was used once. */
export function firstUse(timeMs: number): KeyGaps {
  return {
    lastMs: timeMs,
    gaps: 0,
    meanMs: 0,
    squares: 0,
  };
}

/** Takes in a further use. One that is older than the last says nothing of the gaps. */
export function nextUse(gaps: KeyGaps, timeMs: number): void {
  const gapMs = timeMs - gaps.lastMs;
  if (gapMs < 0) return;
  gaps.lastMs = timeMs;
  gaps.gaps++;
  const deviation = gapMs - gaps.meanMs;
  gaps.meanMs += deviation / gaps.gaps;
  gaps.squares += deviation * (gapMs - gaps.meanMs);
}

/** The gaps are nearly constant (coefficient of variation below 0.3) and at least a second. */
export function isPeriodic({ gaps, meanMs, squares }: KeyGaps): boolean {
  if (gaps < LEAST_GAPS || meanMs < LEAST_PERIOD_MS) return false;
  return Math.sqrt(squares / gaps) < CONSTANT_VARIATION * meanMs;
}
