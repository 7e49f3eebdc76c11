// How long a test waits for what must come. A machine may be ten times slower than usual for a while; only a failure waits
// so long, so nothing is gained by less.

/** Milliseconds. */
export const PATIENCE_MS = 120_000;

/** Aborts when patience ends, for calls that take a signal. */
export function patience(): AbortSignal {
  return AbortSignal.timeout(PATIENCE_MS);
}
