// When an open incident is worth another word: growth steps and repeats, as pure decisions. Firing and resolving are not
// decided here, they are the detector's signals.

import type { Severity } from "./transition.ts";

/** Two loud words about one incident are never closer than this, whatever it does. */
const MIN_STEP_MS = 60_000;
/** A repeat comes after half an hour of saying nothing, then each time twice as late, … */
const FIRST_REPEAT_MS = 30 * 60_000;
/** … up to this. */
const MAX_REPEAT_MS = 4 * 3_600_000;
/**
 * Older than this a transition is history: it is told once, when it fires and when it is resolved, without the steps
 * between. It is also the age from which replayed history raises nothing.
 */
export const HISTORY_MS = 5 * 60_000;
/** Less than this is the ordinary delay of a log, not lateness. */
const LATE_MS = 60_000;

/** What was last said of an incident, and when (event time). */
export interface Told {
  readonly total: number;
  readonly severity: Severity;
  readonly atMs: number;
  /** Repeats since the last growth step. */
  readonly repeats: number;
}

/** @returns the transition that is due now, null when nothing new is worth saying. */
export function dueStep(
  told: Told,
  total: number,
  severity: Severity,
  atMs: number,
): "update" | "repeat" | null {
  const sinceMs = atMs - told.atMs;
  if (sinceMs < MIN_STEP_MS) return null;
  if (total >= 2 * told.total || severity !== told.severity) return "update";
  return sinceMs >= Math.min(MAX_REPEAT_MS, FIRST_REPEAT_MS * 2 ** told.repeats) ? "repeat" : null;
}

/** Whole seconds between a moment and its becoming known here, 0 for the ordinary delay of a live log. */
export function lateSeconds(atMs: number, nowMs: number): number {
  const lateMs = nowMs - atMs;
  return lateMs < LATE_MS ? 0 : Math.floor(lateMs / 1000);
}
