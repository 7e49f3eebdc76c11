// An incident that ends and begins again and again: it is told once that it does, and then left alone until it has settled,
// into calm or into burning.

/** Reopens within the hour from which on it flaps. */
const REOPENS = 3;
const WITHIN_MS = 3_600_000;
/** Calm that must follow a stop before it is over: twice the ordinary at first, then doubled at each return, … */
const HOLD_FACTOR = 2;
const ORDINARY_HOLD_MS = 300_000;
/** … up to this, or what is ordinary for the rule. */
const MAX_HOLD_MS = 3_600_000;
/** What has burned for this long without a stop has settled, too. */
const STEADY_MS = 3_600_000;

/** How an incident flaps. */
export interface Flapping {
  /** Calm that must follow a stop, milliseconds. */
  readonly holdMs: number;
  /** When it stopped, or nobody could see it last after that; null while it burns. */
  readonly calmSinceMs: number | null;
  /** When it began to burn last. */
  readonly burnsSinceMs: number;
}

/** The reopens that count, with the newest. */
export function recentReopens(before: readonly number[], atMs: number): number[] {
  return [...before.filter((ms) => atMs - ms < WITHIN_MS), atMs];
}

/**
 * What a reopen makes of it.
 * @param before how it flapped last.
 * @param reopens as `recentReopens` gives them.
 * @param resolveAfterMs calm that must follow a rise of the rule before it is over.
 */
export function flappingAfter(
  before: Flapping | null,
  reopens: readonly number[],
  atMs: number,
  resolveAfterMs: number = ORDINARY_HOLD_MS,
): Flapping | null {
  if (reopens.length < REOPENS) return null;
  const holdMs = longer(before?.holdMs ?? resolveAfterMs);
  return { holdMs, calmSinceMs: null, burnsSinceMs: atMs };
}

/** It burns again before it was over: the next calm must last longer. */
export function returned({ holdMs }: Flapping, atMs: number): Flapping {
  return { holdMs: longer(holdMs), calmSinceMs: null, burnsSinceMs: atMs };
}

/** When it is over, should it stay calm; null while it burns. */
export function overAtMs({ calmSinceMs, holdMs }: Flapping): number | null {
  return calmSinceMs === null ? null : calmSinceMs + holdMs;
}

/** Whether it no longer flaps but burns. */
export function burnsSteadily({ calmSinceMs, burnsSinceMs }: Flapping, atMs: number): boolean {
  return calmSinceMs === null && atMs - burnsSinceMs >= STEADY_MS;
}

const longer = (holdMs: number): number => Math.max(holdMs, Math.min(MAX_HOLD_MS, holdMs * HOLD_FACTOR));
