// When a rise began: the window that fires also holds what was usual before, and an hour's window would date a burst of
// a minute half an hour too early.

/** An earlier event belongs to the rise when less than a tenth of an event was usual in the time between. */
const UNUSUAL_EVENTS = 0.1;

/** Keeps the likelihood of a rise finite where nothing is usual. */
const LEAST_USUAL = 1e-6;

/**
 * How clearly a count is above what is usual: ln of the likelihood ratio of "the rate is what was counted" and "the rate
 * is the usual one", N·ln(N/M) - (N - M) for N events where M were expected (Kulldorff's scan statistic). 0 when not above.
 * Of windows with the same count the shortest has the most.
 */
export function clarity(events: number, usual: number): number {
  const expected = Math.max(usual, LEAST_USUAL);
  return events <= expected ? 0 : events * Math.log(events / expected) - (events - expected);
}

/**
 * How many of the newest buckets the rise takes. Its core are those most clearly above what is usual: the n that
 * maximises `clarity`, the generalised likelihood ratio for the beginning of a change in a Poisson rate. Then it is led back to earlier
 * events that are no more usual than it is, so that a slow beginning is not cut off.
 * @param counts events of the buckets, newest first. @param usual events that are expected of one bucket.
 * @returns at least 1; only a bucket with events begins a rise.
 */
export function riseLength(counts: readonly number[], usual: number): number {
  let events = 0;
  let best = 0;
  let length = 1;
  for (const [i, count] of counts.entries()) {
    events += count;
    if (count === 0) continue;
    const ratio = clarity(events, usual * (i + 1));
    if (ratio > best) [best, length] = [ratio, i + 1];
  }
  for (let i = length; i < counts.length && (i + 1 - length) * usual < UNUSUAL_EVENTS; i++) {
    if (counts[i] !== 0) length = i + 1;
  }
  return length;
}
