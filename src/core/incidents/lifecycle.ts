// When an open incident is worth another word: growth steps and repeats, as pure decisions. Firing and resolving are not
// decided here, they are the detector's signals.

import type { Severity, Step } from "./transition.ts";

/** Two loud words about one incident are never closer than this, whatever it does. */
const MIN_STEP_MS = 60_000;
/** A repeat comes each time twice as late, up to this or the rule's own time. */
const MAX_REPEAT_MS = 4 * 3_600_000;
/**
 * Older than this a transition is history: it is told once, when it fires and when it is resolved, without the steps
 * between. It is also the age from which replayed history raises nothing.
 */
export const HISTORY_MS = 5 * 60_000;
/**
 * Less than this is the ordinary delay of a log, not lateness: that a silent log has nothing more to say is known a minute
 * after, by the next tick.
 */
const LATE_MS = 90_000;

/** What was last said of an incident, and when (event time). */
export interface Told {
  readonly total: number;
  readonly severity: Severity;
  /** How many services it had. */
  readonly services: number;
  readonly atMs: number;
  /** Repeats since the last growth step. */
  readonly repeats: number;
}

/** A word that is due about an open incident, and why. */
export interface Due {
  readonly event: "update" | "repeat";
  /** Null for a repeat. */
  readonly step: Step | null;
}

/** How an incident stands. */
export interface Stand {
  readonly total: number;
  readonly severity: Severity;
  /** How many services it has. */
  readonly services: number;
}

/** @param repeatMs of the rule. @returns the word that is due now, null when nothing new is worth saying. */
export function dueStep(told: Told, now: Stand, repeatMs: number, atMs: number): Due | null {
  const sinceMs = atMs - told.atMs;
  if (sinceMs < MIN_STEP_MS) return null;
  if (now.severity !== told.severity) return { event: "update", step: "severity" };
  if (now.services > told.services) return { event: "update", step: "new_service" };
  if (now.total >= 2 * told.total) return { event: "update", step: "growth" };
  const waitMs = Math.min(Math.max(MAX_REPEAT_MS, repeatMs), repeatMs * 2 ** told.repeats);
  return sinceMs >= waitMs ? { event: "repeat", step: null } : null;
}

/** Whole seconds between a moment and its becoming known here, 0 for the ordinary delay of a live log. */
export function lateSeconds(atMs: number, nowMs: number): number {
  const lateMs = nowMs - atMs;
  return lateMs < LATE_MS ? 0 : Math.floor(lateMs / 1000);
}
