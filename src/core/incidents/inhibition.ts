// A wide incident that stands for narrower ones: of a rule that inhibits others, while it fires and people were told of it.
// What it stands for is counted and kept as ever, listed in it, and told when it is over and the narrower one still fires.

import type { IncidentName, InhibitedView } from "./transition.ts";

/** Narrower incidents that are listed in a wide one, the largest first. */
export const MAX_LISTED = 10;

/** What a group asks about those beside it. */
export interface Neighbours {
  /** The wide incident that stands for this group; null when none does. */
  inhibitor(): IncidentName | null;
  /** The incidents for which one of this group stands, the largest first, at most ten. */
  inhibited(): readonly InhibitedView[];
}

/** A group beside which there is nothing. */
export const ALONE: Neighbours = { inhibitor: () => null, inhibited: () => [] };

/** Whether a wide group's labels are among those of a narrower one. */
export function covers(
  wide: Readonly<Record<string, string>>,
  narrow: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wide).every(([name, value]) => narrow[name] === value);
}
