// What a group has done lately, as a chart shows it. It is derived from what the detector keeps in any case.

/** Counts in steps of equal length, oldest first; all lists are of one length. */
export interface DetectorHistory {
  readonly stepSeconds: number;
  /** Start of the first step, milliseconds since the epoch. */
  readonly fromMs: number;
  /** Events of each step; the last one is still going on. */
  readonly counts: readonly number[];
  /** What such a step usually holds, by all that is known now; null for a plain threshold. */
  readonly expected: readonly number[] | null;
  /** 99.9 % of such steps hold at most this many; null for a plain threshold. */
  readonly expectedHigh: readonly number[] | null;
}

/** The history of a group that has seen nothing. */
export const NO_HISTORY: DetectorHistory = {
  stepSeconds: 300,
  fromMs: 0,
  counts: [],
  expected: null,
  expectedHigh: null,
};
