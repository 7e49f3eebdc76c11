// How long to wait before a message is offered again. Pure: chance comes in as `draw`.

/** The first retry waits up to this. */
const FIRST_MS = 1000;

/** No back-off is longer: a receiver that works again is found within five minutes. */
const LONGEST_MS = 300_000;

/** A receiver that says "wait" without saying how long. */
const UNSPECIFIED_WAIT_MS = 30_000;

/** Share added to what a receiver asked for, so that many daemons do not come back in the same second. */
const SPREAD = 0.1;

/**
 * Full jitter: anywhere from 0 to 1 s × 2^failures, at most 5 min.
 * @param failures how many attempts failed before this wait, from 1.
 * @param draw in [0, 1).
 */
export function backoffMs(failures: number, draw: number): number {
  return draw * Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
}

/**
 * Never shorter than asked: the receiver's word plus 0 to 10 %.
 * @param askedMs null when it gave no time; then 30 s.
 * @param draw in [0, 1).
 */
export function askedWaitMs(askedMs: number | null, draw: number): number {
  const ms = askedMs ?? UNSPECIFIED_WAIT_MS;
  return ms + ms * SPREAD * draw;
}
