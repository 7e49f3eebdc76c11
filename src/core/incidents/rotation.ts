// "Is the old key dead yet?", asked at the end of an incident: which of its keys were still used when the count was usual
// again, and when and where each was used last.

import { lastPlace, type TrackedKey } from "../keys/tracked-key.ts";
import type { LastUse, RotationView } from "./transition.ts";

/** An incident ends after ten minutes of usual counts: who used a key in that time has not stopped. */
const STILL_SEEN_MS = 10 * 60_000;
/** Keys that a message names. */
const NAMED = 5;

/**
 * @param keys of the incident's group.
 * @param onsetMs the incident's first event; keys that were last used before it are not its own.
 * @param resolvedAtMs null while it goes on, and then so is the answer.
 */
export function rotationOf(
  keys: Iterable<TrackedKey>,
  onsetMs: number,
  resolvedAtMs: number | null,
): RotationView | null {
  if (resolvedAtMs === null) return null;
  const used = [...keys].filter(({ lastMs }) => lastMs >= onsetMs);
  const newest = used.toSorted((a, b) => b.lastMs - a.lastMs);
  return {
    still_seen: used.filter(({ lastMs }) => lastMs > resolvedAtMs - STILL_SEEN_MS).length,
    within_seconds: STILL_SEEN_MS / 1000,
    keys_total: used.length,
    keys: newest.slice(0, NAMED).map(lastUse),
  };
}

function lastUse(key: TrackedKey): LastUse {
  const { service, host } = lastPlace(key);
  return {
    value: key.shown,
    hash: key.hash,
    count: key.count,
    first_seen_at: new Date(key.firstMs).toISOString(),
    last_seen_at: new Date(key.lastMs).toISOString(),
    last_service: service,
    last_host: host,
  };
}
