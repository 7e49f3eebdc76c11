// Which detector a rule wants: two knobs that people understand, or a plain threshold.

export type Sensitivity = "low" | "medium" | "high";

/** How long a rise is held on to; milliseconds. Left out: what the kind of detector takes for itself. */
export interface Holding {
  /** Calm that must follow before it is over. */
  readonly resolveAfterMs?: number;
  /** A hit this soon after the end continues what was over. */
  readonly cooldownMs?: number;
}

/** The detector that learns what is usual. */
export interface AdaptiveSpec extends Holding {
  /** At most one false alarm a month (low), a week (medium), a day (high) for a group. */
  readonly sensitivity: Sensitivity;
  /** Never a start below this many events in the window that fires; at least 1. */
  readonly minCount: number;
  /** How many seconds are one of the detector's; default 1. More where counts are of more than an hour each. */
  readonly timeScale?: number;
}

export type DetectorSpec =
  | (AdaptiveSpec & { readonly kind: "adaptive" })
  | (Holding & {
      readonly kind: "threshold";
      /** Fires as soon as the window holds this many events; at least 1. */
      readonly count: number;
      /** Length of the sliding window, milliseconds; 1 s to 7 d. */
      readonly windowMs: number;
    });
