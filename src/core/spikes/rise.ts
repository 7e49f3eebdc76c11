// When a rise began: the window that fires also holds what was usual before, and an hour's window would date a burst of
// a minute half an hour too early.

/** An earlier event belongs to the rise when less than a tenth of an event was usual in the time between. */
const UNUSUAL_EVENTS = 0.1;

/**
 * How many of the newest buckets the rise takes. Its core are those most clearly above what is usual: the n that
 * maximises N·ln(N/M) - (N - M) for N events where M were expected, the generalised likelihood ratio for the beginning
 * of a change in a Poisson rate (Kulldorff's scan statistic with its end fixed at now). Then it is led back to earlier
 * events that are no more usual than it is, so that a slow beginning is not cut off.
 * @param counts events of the buckets, newest first. @param usual events that are expected of one bucket, above 0.
 * @returns at least 1; only a bucket with events begins a rise.
 */
export function riseLength(counts: readonly number[], usual: number): number {
  let events = 0;
  let best = 0;
  let length = 1;
  for (const [i, count] of counts.entries()) {
    events += count;
    const expected = usual * (i + 1);
    if (count === 0 || events <= expected) continue;
    const ratio = events * Math.log(events / expected) - (events - expected);
    if (ratio > best) [best, length] = [ratio, i + 1];
  }
  for (let i = length; i < counts.length && (i + 1 - length) * usual < UNUSUAL_EVENTS; i++) {
    if (counts[i] !== 0) length = i + 1;
  }
  return length;
}
