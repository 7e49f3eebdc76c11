// The numbers behind a decision of the adaptive detector, from a count and what was predicted for it.

import type { Prediction } from "./baseline.ts";
import type { DetectorView, Evidence } from "./detector.ts";
import { logTail, upperQuantile } from "./negative-binomial.ts";
import { WINDOW_SECONDS } from "./scales.ts";

/** ln of the share of windows that hold more than `expectedHigh`. */
const LOG_HIGH = Math.log(0.001);

/** The high of a prediction, kept with it: while an episode lasts it is asked for at every event, and costs 10 µs. */
const highs = new WeakMap<Prediction, number>();

/** 99.9 % of windows under this prediction hold at most this many events. */
function expectedHigh(prediction: Prediction): number {
  const known = highs.get(prediction);
  if (known !== undefined) return known;
  const high = upperQuantile(LOG_HIGH, prediction.mean, prediction.size) - 1;
  highs.set(prediction, high);
  return high;
}

/** @param window index into `WINDOW_SECONDS`. @param counts what each window holds. */
export function windowEvidence(
  window: number,
  counts: ArrayLike<number>,
  usual: { readonly predictions: readonly Prediction[]; readonly thresholds: ArrayLike<number> },
  onsetSecond: number,
): Evidence {
  const count = counts[window] as number;
  const prediction = usual.predictions[window] as Prediction;
  const { mean, size } = prediction;
  return {
    windowSeconds: WINDOW_SECONDS[window] as number,
    count,
    expected: mean,
    expectedHigh: expectedHigh(prediction),
    ratio: mean > 0 ? count / mean : null,
    logProbability: logTail(count, mean, size),
    threshold: usual.thresholds[window] as number,
    onsetMs: onsetSecond * 1000,
  };
}

/** @param counts what would fire now, for the first windows of `WINDOW_SECONDS`. */
export function detectorView(
  state: DetectorView["state"],
  { windowSeconds, count, expected, expectedHigh }: Evidence,
  counts: ArrayLike<number>,
): DetectorView {
  const thresholds = Array.from(counts, (least, i) => ({
    windowSeconds: WINDOW_SECONDS[i] as number,
    count: least,
  }));
  return { state, windowSeconds, windowEvents: count, expected, expectedHigh, thresholds };
}
