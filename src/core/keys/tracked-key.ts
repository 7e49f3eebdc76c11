// One revoked key that somebody still uses: since when, until when, how often, and by which services on which hosts. It
// is bounded plain data; the key itself is not in it, only its mask and its keyed hash.

import type { RevokedEvent } from "../events/event.ts";

/** Services, and again hosts, kept of one key; the one unseen for longest gives way. Whoever has more looks into the log. */
export const MAX_PLACES = 5;

/** A service or a host that uses a key. */
export interface Place {
  readonly name: string;
  /** Uses since it was last taken in. */
  count: number;
  lastMs: number;
}

/** The places of one kind, that of the newest use first. */
export interface Places {
  readonly kept: Place[];
  /** There were more than are kept. */
  more: boolean;
}

/** What became of the word that it began to fail. */
export type Notice =
  /** Said, or nobody wants to hear it. */
  | { readonly kind: "none" }
  /** To be said together with others. `sinceMs`: when it was found, wall clock. */
  | { readonly kind: "waiting"; readonly sinceMs: number }
  /** A planned rotation explains it; a use after its end does not. */
  | { readonly kind: "held"; readonly untilMs: number };

/** Times are the events' own, milliseconds since the epoch. */
export interface TrackedKey {
  /** Keyed hash, 16 hex digits: equal for equal keys within one installation. */
  readonly hash: string;
  /** Prefix and last four characters. */
  readonly shown: string;
  firstMs: number;
  lastMs: number;
  count: number;
  readonly services: Places;
  readonly hosts: Places;
  /** The request id of the newest use that had one. */
  requestId: string | null;
  notice: Notice;
  /** There is a row of it, perhaps an older one. */
  stored: boolean;
}

/** What is read of an event. */
export type KeyUse = Pick<RevokedEvent, "timeMs" | "service" | "host" | "requestId">;

/** A key at its first use. */
export function firstUseOf(hash: string, shown: string, use: KeyUse): TrackedKey {
  const key: TrackedKey = {
    hash,
    shown,
    firstMs: use.timeMs,
    lastMs: use.timeMs,
    count: 0,
    services: { kept: [], more: false },
    hosts: { kept: [], more: false },
    requestId: null,
    notice: { kind: "none" },
    stored: false,
  };
  noteUse(key, use);
  return key;
}

/** Takes in one use. A line that comes late moves no time forward. */
export function noteUse(key: TrackedKey, { timeMs, service, host, requestId }: KeyUse): void {
  key.count += 1;
  if (timeMs < key.firstMs) key.firstMs = timeMs;
  noteAt(key.services, service, timeMs);
  if (host !== null) noteAt(key.hosts, host, timeMs);
  if (timeMs < key.lastMs) return;
  key.lastMs = timeMs;
  if (requestId !== null) key.requestId = requestId;
}

/** Where the newest use came from; null where its line named none. */
export function lastPlace(key: TrackedKey): {
  readonly service: string | null;
  readonly host: string | null;
} {
  const newest = ({ kept }: Places): string | null => (kept[0]?.lastMs === key.lastMs ? kept[0].name : null);
  return { service: newest(key.services), host: newest(key.hosts) };
}

/** A key as one row: JSON that a person can read with sqlite3 and jq. */
export function packKey(key: TrackedKey): string {
  return JSON.stringify({ ...key, stored: undefined });
}

/** What `packKey` gave. */
export function unpackKey(data: string): TrackedKey {
  return { ...(JSON.parse(data) as Omit<TrackedKey, "stored">), stored: true };
}

function noteAt(places: Places, name: string, timeMs: number): void {
  const { kept } = places;
  let at = 0;
  while (at < kept.length && kept[at]?.name !== name) at++;
  let place = kept[at];
  if (place === undefined) {
    if (kept.length === MAX_PLACES) {
      kept.pop();
      places.more = true;
    }
    at = kept.length;
    kept.push((place = { name, count: 0, lastMs: timeMs }));
  }
  place.count += 1;
  if (timeMs > place.lastMs) place.lastMs = timeMs;
  // The newest stands first; nearly always it already does.
  for (; at > 0 && (kept[at - 1]?.lastMs ?? 0) <= place.lastMs; at--) {
    kept[at] = kept[at - 1] as Place;
    kept[at - 1] = place;
  }
}
