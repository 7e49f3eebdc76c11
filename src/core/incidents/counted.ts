// Events of which only the number is known, and what they add to an open incident.

import type { Incident } from "./incident.ts";

/** Some events that came at one time. */
export interface Counted {
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  /** At least 0. */
  readonly count: number;
}

/**
 * @param sinceOnset events since the rise began, when the incident began with these; null when it was open before. What fired is
 * the first part of the batch that reached the threshold, and all of it came at that moment.
 * @param perMinute events of the newest minute.
 */
export function growByCount(
  open: Incident,
  { timeMs, count }: Counted,
  sinceOnset: number | null,
  perMinute: number,
): void {
  open.total = sinceOnset === null ? open.total + count : Math.max(open.total, sinceOnset);
  open.lastEventMs = Math.max(open.lastEventMs, timeMs);
  open.peakPerMinute = Math.max(open.peakPerMinute, perMinute);
}
