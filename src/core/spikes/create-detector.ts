// Which detector a rule gets.

import type { Detector } from "./detector.ts";
import type { DetectorSpec } from "./detector-spec.ts";
import { FixedThreshold } from "./fixed-threshold.ts";
import { NbScan } from "./nb-scan.ts";

/** A new detector that has seen nothing, for one group of the rule. */
export function createDetector(spec: DetectorSpec): Detector {
  switch (spec.kind) {
    case "adaptive":
      return new NbScan(spec);
    case "threshold":
      return new FixedThreshold(spec.count, spec.windowMs, spec);
  }
}
