// The lengths of time that the adaptive detector works with. All of them divide an hour, so that every bucket edge is
// an edge of the finer ones too.

/**
 * The sliding windows that are watched at once, seconds, ascending. Tried and dropped: a fifth of 4 h (three times the
 * false alarms on a drifting rate), only three (finds 63 % instead of 100 % of an extra event a minute for an hour).
 */
export const WINDOW_SECONDS: readonly number[] = [60, 300, 1200, 3600];
export const WINDOWS = WINDOW_SECONDS.length;
export const LONGEST_WINDOW_SECONDS = 3600;

/** Index of the 5 min window: shown when nothing fires, and the shortest by which an episode is seen to end. */
export const REFERENCE_WINDOW = 1;

/** The step in which windows slide: at most this much more than its length is in a window. */
export const BASE_BUCKET_SECONDS = 10;

/** The step in which the baseline learns and thresholds are computed anew. */
export const LEARNING_BUCKET_SECONDS = 300;

/**
 * How late an event may come and change nothing: a learning bucket is closed, and a window that has moved on is still compared,
 * this long after its end. The reader's own idea of how late a live log may be.
 */
export const LATENESS_SECONDS = 60;

export const HOUR_SECONDS = 3600;
export const DAY_SECONDS = 86_400;

/** Memory of rate, profile and dispersion: a week, so that the last few weekdays weigh most. */
export const MEMORY_SECONDS = 7 * DAY_SECONDS;

/**
 * A jump in time longer than this starts the baseline anew: of what it knew e^-4 would be left, and closing more buckets
 * one by one would let a line stamped 1970 stall the daemon.
 */
export const FORGET_SECONDS = 28 * DAY_SECONDS;

/** Seconds since the epoch, rounded down; never before it, where bucket numbers would be negative. */
export function wholeSecond(timeMs: number): number {
  return Math.max(0, Math.floor(timeMs / 1000));
}
