// A rise that has to last before it is an incident: it may end unheard of. The count can only fall between two events, so
// that it has lasted when it is over its threshold at the end of the time and at every event before.

import type { RevokedEvent } from "../events/event.ts";
import type { Channel } from "./incident.ts";

/** What is known of the rise that waits; the part that survives a restart. */
export interface Pending {
  readonly channel: Channel;
  /** The event with which it was noticed; null when time or a bare count did it. */
  readonly event: Pick<RevokedEvent, "timeMs" | "docUrl"> | null;
  readonly source: string;
  readonly replay: boolean;
  /** Since when the count is over its threshold without a break, milliseconds since the epoch; null while it is not. */
  readonly sinceMs: number | null;
}

/** How it stands at a moment. @param risen the count is over its threshold. */
export function lastingAt(pending: Pending, risen: boolean, atMs: number): Pending {
  if (!risen) return pending.sinceMs === null ? pending : { ...pending, sinceMs: null };
  return pending.sinceMs === null ? { ...pending, sinceMs: atMs } : pending;
}

/** When it has lasted for long enough; Infinity while it is not over its threshold. */
export function lastedAtMs({ sinceMs }: Pending, forMs: number): number {
  return sinceMs === null ? Infinity : sinceMs + forMs;
}
