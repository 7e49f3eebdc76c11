// How long one recorded count took. A row says "3 at 12:00" and means the minute, the five minutes or the hour from 12:00
// on; which of them it is, the rows tell together.

/** Counts closer than this are taken as moments: windows slide by it, so that nothing finer can be told apart. */
const LEAST_INTERVAL_MS = 10_000;
/** Rows may come this much of an interval early or late. */
const JITTER = 0.1;
/** So many of the gaps must be whole intervals. Of gaps at random a fifth would be, by the jitter that is allowed. */
const REGULAR_SHARE = 0.8;
/** A series that has a row for so many of its intervals does not leave out the empty ones. */
const COMPLETE_SHARE = 0.9;
/** Gaps that are tried. */
const MOST_CANDIDATES = 16;
const SECOND_MS = 1000;

export interface Rhythm {
  /** Length of an interval, milliseconds; 0: the rows are moments. */
  readonly intervalMs: number;
  /** A row that is not there was not recorded; else it was left out because it would have been a 0. */
  readonly gapsAreMissing: boolean;
}

/**
 * The longest of the common gaps that most gaps are whole multiples of.
 * @param timesMs ascending, each once. @param zeros some row says 0.
 */
export function rhythmOf(timesMs: readonly number[], zeros: boolean): Rhythm {
  const gaps = timesMs.slice(1).map((timeMs, i) => timeMs - (timesMs[i] as number));
  for (const intervalMs of commonest(gaps)) {
    const many = gaps.map((gapMs) => gapMs / intervalMs);
    const regular = many.filter((n) => n > 0.5 && Math.abs(n - Math.round(n)) <= JITTER);
    if (regular.length < REGULAR_SHARE * gaps.length) continue;
    const intervals = 1 + many.reduce((sum, n) => sum + Math.round(n), 0);
    return { intervalMs, gapsAreMissing: zeros || timesMs.length >= COMPLETE_SHARE * intervals };
  }
  return { intervalMs: 0, gapsAreMissing: false };
}

/** The gaps, to a second, that are there most often, the longest first. */
function commonest(gaps: readonly number[]): number[] {
  const times = new Map<number, number>();
  for (const gapMs of gaps) {
    const seconds = Math.round(gapMs / SECOND_MS) * SECOND_MS;
    if (seconds >= LEAST_INTERVAL_MS) times.set(seconds, (times.get(seconds) ?? 0) + 1);
  }
  const ranked = [...times].sort(([, a], [, b]) => b - a).slice(0, MOST_CANDIDATES);
  return ranked.map(([gapMs]) => gapMs).sort((a, b) => b - a);
}
