// Which detector a rule wants: two knobs that people understand, or a plain threshold.

export type Sensitivity = "low" | "medium" | "high";

export type DetectorSpec =
  | {
      readonly kind: "adaptive";
      /** At most one false alarm a month (low), a week (medium), a day (high) for a group. */
      readonly sensitivity: Sensitivity;
      /** Never a start below this many events in the window that fires; at least 1. */
      readonly minCount: number;
    }
  | {
      readonly kind: "threshold";
      /** Fires as soon as the window holds this many events; at least 1. */
      readonly count: number;
      /** Length of the sliding window, milliseconds; 1 s to 7 d. */
      readonly windowMs: number;
    };
