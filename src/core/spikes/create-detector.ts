// Which detector a rule gets.

import type { Detector } from "./detector.ts";
import type { AdaptiveSpec, DetectorSpec } from "./detector-spec.ts";
import { FixedThreshold } from "./fixed-threshold.ts";
import { NbScan } from "./nb-scan.ts";
import { Slowed } from "./slowed.ts";

/** A new detector that has seen nothing, for one group of the rule. */
export function createDetector(spec: DetectorSpec): Detector {
  switch (spec.kind) {
    case "adaptive":
      return createAdaptive(spec);
    case "threshold":
      return new FixedThreshold(spec.count, spec.windowMs, spec);
  }
}

/** The detector that learns what is usual, on the clock that its rule wants. */
export function createAdaptive(spec: AdaptiveSpec): Detector {
  const { timeScale = 1, resolveAfterMs, cooldownMs } = spec;
  if (timeScale === 1) return new NbScan(spec);
  const shorter = {
    ...spec,
    ...(resolveAfterMs === undefined ? {} : { resolveAfterMs: resolveAfterMs / timeScale }),
    ...(cooldownMs === undefined ? {} : { cooldownMs: cooldownMs / timeScale }),
  };
  return new Slowed(new NbScan(shorter), timeScale);
}
