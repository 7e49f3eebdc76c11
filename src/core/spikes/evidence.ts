// The numbers behind a decision of the adaptive detector, from a count and what was predicted for it.

import type { Prediction } from "./baseline.ts";
import type { DetectorView, Evidence } from "./detector.ts";
import { logTail, upperQuantile } from "./negative-binomial.ts";
import { clarity } from "./rise.ts";
import { WINDOWS, WINDOW_SECONDS } from "./scales.ts";

/** ln of the share of windows that hold more than `expectedHigh`. */
const LOG_HIGH = Math.log(0.001);

/** The high of a prediction, kept with it: while an episode lasts it is asked for at every event, and costs 10 µs. */
const highs = new WeakMap<Prediction, number>();

/** 99.9 % of windows under this prediction hold at most this many events. */
export function expectedHigh(prediction: Prediction): number {
  const known = highs.get(prediction);
  if (known !== undefined) return known;
  const high = upperQuantile(LOG_HIGH, prediction.mean, prediction.size) - 1;
  highs.set(prediction, high);
  return high;
}

/** What a window may be compared with. */
export interface Comparison {
  readonly predictions: readonly Prediction[];
  /** From which count on each window fires. */
  readonly thresholds: ArrayLike<number>;
}

/** A window's numbers: those of evidence that do not depend on when the rise began. */
export type WindowEvidence = Omit<Evidence, "onsetMs" | "sinceOnset">;

/** @param window index into `WINDOW_SECONDS`. @param counts what each window holds, or held at most. */
export function windowEvidence(window: number, counts: ArrayLike<number>, usual: Comparison): WindowEvidence {
  const count = counts[window] as number;
  const prediction = usual.predictions[window] as Prediction;
  const { mean, size } = prediction;
  const threshold = usual.thresholds[window] as number;
  return {
    windowSeconds: WINDOW_SECONDS[window] as number,
    count,
    expected: mean,
    // What is rare enough for the sensitivity may be no rarer than that: nobody believes "1561; at most 1600".
    expectedHigh: Math.min(expectedHigh(prediction), threshold - 1),
    ratio: mean > 0 ? count / mean : null,
    logProbability: logTail(count, mean, size),
    threshold,
  };
}

/**
 * The window that tells most about a rise: of those that held enough to fire, the one in which it is clearest.
 * `43 in 1h; usual 2` hides that 40 of them came within a minute in which 0.03 are usual.
 * @param counts what each window held at most. @param otherwise the answer when none held enough.
 */
export function mostTelling(counts: ArrayLike<number>, usual: Comparison, otherwise: number): number {
  let best = otherwise;
  let most = -1;
  for (let i = 0; i < WINDOWS; i++) {
    const count = counts[i] as number;
    if (count < (usual.thresholds[i] as number)) continue;
    const clear = clarity(count, (usual.predictions[i] as Prediction).mean);
    if (clear > most) [best, most] = [i, clear];
  }
  return best;
}

/** Whether some numbers say more than others: they are clearer or, for a plain threshold which knows no usual, larger. */
export function saysMore(a: Evidence, b: Evidence): boolean {
  if (a.expected === null || b.expected === null) return a.count > b.count;
  return clarity(a.count, a.expected) > clarity(b.count, b.expected);
}

/** @param counts what would fire now, for the first windows of `WINDOW_SECONDS`. */
export function detectorView(
  state: DetectorView["state"],
  {
    windowSeconds,
    count,
    expected,
    expectedHigh,
  }: Pick<Evidence, "windowSeconds" | "count" | "expected" | "expectedHigh">,
  counts: ArrayLike<number>,
): DetectorView {
  const thresholds = Array.from(counts, (least, i) => ({
    windowSeconds: WINDOW_SECONDS[i] as number,
    count: least,
  }));
  return { state, windowSeconds, windowEvents: count, expected, expectedHigh, thresholds };
}
