// What a detector is: counts of one group of events go in at event time, signals come out when the count cannot be
// explained by what the group has done before. It has no clock: time moves only by what it is told.

import type { DetectorHistory } from "./history.ts";

/** The numbers behind a decision, enough to explain it to a person. */
export interface Evidence {
  /** Length of the sliding window that tells most about the rise, seconds. */
  readonly windowSeconds: number;
  /** The most events that it has held. */
  readonly count: number;
  /** Events that such a window usually holds; null for a plain threshold, which knows no usual. */
  readonly expected: number | null;
  /** 99.9 % of such windows hold at most this many events, fewer where less fires; null for a plain threshold. */
  readonly expectedHigh: number | null;
  /** count / expected; null when expected is null or 0. */
  readonly ratio: number | null;
  /** Natural logarithm of the probability of at least `count` events; null for a plain threshold. */
  readonly logProbability: number | null;
  /** The count from which this window fires. */
  readonly threshold: number;
  /** When the rise began, to 10 s; milliseconds since the epoch. */
  readonly onsetMs: number;
  /** Events since then. */
  readonly sinceOnset: number;
}

/**
 * How what is unexpected goes on: `risen` while a window holds what fires, `calm` while the time runs after which it is over,
 * `ebbing` between the two.
 */
export type Course = "risen" | "ebbing" | "calm";

/** Something happened to the group's state. Signals are taken in order and each is given once. */
export type Signal =
  /** The count became unexpected: alert. `reopen` continues the episode that stopped less than an hour ago. */
  | { readonly kind: "start" | "reopen"; readonly atMs: number; readonly evidence: Evidence }
  /** Unexpected, but no larger than what recurs more often than the budget allows: shown, not alerted. */
  | {
      readonly kind: "recurring";
      readonly atMs: number;
      readonly evidence: Evidence;
      /** How many rises of this size there were in the time that is remembered, this one included. */
      readonly times: number;
      readonly withinSeconds: number;
    }
  /** Back to what is usual, or what is usual has changed. It ends whichever of the above came before; `evidence` is its last. */
  | {
      readonly kind: "stop";
      readonly atMs: number;
      readonly why: "back_to_normal" | "new_level";
      readonly evidence: Evidence;
    };

/** The group as `status`, the metrics and the page show it. */
export interface DetectorView {
  readonly state: "learning" | "quiet" | "firing" | "recurring";
  /** The window that is shown: the most telling one of a rise, else the rule's reference window (5 min by default). */
  readonly windowSeconds: number;
  readonly windowEvents: number;
  readonly expected: number | null;
  readonly expectedHigh: number | null;
  /** What would fire now, per window. */
  readonly thresholds: readonly { readonly windowSeconds: number; readonly count: number }[];
}

export interface Detector {
  /**
   * Counts events at their own time. Late ones (before the newest time seen) are added to the windows that still
   * cover them; those over an hour late train the baseline only.
   */
  observe(timeMs: number, count: number): void;
  /** Time has reached `timeMs` without an event. Earlier times than the newest seen change nothing. */
  advance(timeMs: number): void;
  /** Signals since the last call, oldest first; an empty array (always the same one) when there are none. */
  take(): readonly Signal[];
  /** The strongest numbers so far of what is unexpected now; null while nothing is. */
  evidence(): Evidence | null;
  /** Events from `timeMs` on, as far back as the longest window reaches. */
  countSince(timeMs: number): number;
  /** How it goes on at the time that was reached; null while nothing is unexpected. */
  course(): Course | null;
  view(): DetectorView;
  /** The last 25 hours, for a chart. Costs about a millisecond: to be asked by people, not by every scrape. */
  history(): DetectorHistory;
  /**
   * While `on`, counting goes on but nothing is learned and nothing that is counted raises the baseline (silenced
   * time, planned rotations).
   */
  pauseLearning(on: boolean): void;
  /**
   * Nobody could see from `fromMs` to `toMs` (source gone, logs of a stop lost): that time is not learned as quiet, and
   * no episode ends within it. May be called again with a later end while it lasts.
   */
  markMissing(fromMs: number, toMs: number): void;
  /** All state but signals that were not taken, as bytes, at most 64 KiB; `restore` of them continues as if nothing had stopped. */
  snapshot(): Uint8Array;
  /** @throws RangeError when the bytes are of another detector or version (the caller then starts anew). */
  restore(bytes: Uint8Array): void;
}
