// Time as something that is handed in: the wall clock for what is shown and compared with log times, the monotonic
// one for waits. `demo` runs the whole daemon on a faster clock, tests on one that they turn by hand.

export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Milliseconds from an arbitrary start that never runs backwards. */
  monotonic(): number;
  /** Resolves after `ms`, and at once when `signal` is or gets aborted; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls `turn` every `ms` milliseconds until it gives false, or `signal` aborts. Of a short `ms` it costs half of what
   * sleeping each time does.
   * @throws what `turn` throws.
   */
  beat(ms: number, turn: () => boolean, signal: AbortSignal): Promise<void>;
}

/** Longest delay that setTimeout keeps; above it Node fires at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * The machine's clock.
 * @param startMs wall time at which it starts; default: now.
 * @param speed how many milliseconds pass on it while one passes on the machine; default 1. `demo` uses more.
 */
export function systemClock(startMs?: number, speed = 1): Clock {
  const beganMs = performance.now();
  const elapsed = (): number => (performance.now() - beganMs) * speed;
  return {
    now: () => (startMs === undefined ? Date.now() : startMs + elapsed()),
    monotonic: elapsed,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const timer = setTimeout(done, Math.min(Math.max(0, ms / speed), MAX_TIMEOUT_MS));
        signal?.addEventListener("abort", done, { once: true });
        function done(): void {
          clearTimeout(timer);
          signal?.removeEventListener("abort", done);
          resolve();
        }
      }),
    beat: (ms, turn, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return resolve();
        // One timer for all turns: a new one for each, with its promise, doubles what a wake-up costs.
        const timer = setTimeout(beat, ms / speed);
        signal.addEventListener("abort", done, { once: true });
        function beat(): void {
          try {
            if (turn()) timer.refresh();
            else done();
          } catch (error) {
            reject(error);
            done();
          }
        }
        function done(): void {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          resolve();
        }
      }),
  };
}
