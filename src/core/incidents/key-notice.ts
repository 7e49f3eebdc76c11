// The notice that keys began to fail, as a transition: no incident, nothing fires, nobody is paged.

import { FORGOTTEN_MS } from "../keys/key-tracker.ts";
import type { Place, TrackedKey } from "../keys/tracked-key.ts";
import { shortId } from "./ids.ts";
import { UNTOUCHED_VIEW } from "./incident-view.ts";
import { rfc3339 } from "./rfc3339.ts";
import { lateSeconds } from "./lifecycle.ts";
import type { TopEntry, Transition } from "./transition.ts";

/** Entries of each list, and request ids. */
const SHOWN = 10;

export interface NoticedKeys {
  /** A ULID. */
  readonly id: string;
  readonly rule: string;
  readonly runbookUrl: string | null;
  /** At least one. */
  readonly keys: readonly {
    readonly key: TrackedKey;
    readonly group: { readonly labels: Readonly<Record<string, string>> };
  }[];
  /** How long they were gathered. */
  readonly gatheredMs: number;
  readonly nowMs: number;
  /** Since when the logs are watched: further back nothing is known. */
  readonly watchedSinceMs: number;
}

/** The transition `new_key_notice`. */
export function keyNotice(noticed: NoticedKeys): Transition {
  const { id, rule, runbookUrl, keys, gatheredMs, nowMs, watchedSinceMs } = noticed;
  const tracked = keys.map(({ key }) => key).toSorted((a, b) => b.count - a.count);
  const firstMs = tracked.reduce((least, key) => Math.min(least, key.firstMs), Infinity);
  const lastMs = tracked.reduce((most, key) => Math.max(most, key.lastMs), -Infinity);
  const atMs = Math.min(nowMs, lastMs + gatheredMs);
  const requestIds = [...new Set(tracked.flatMap(({ requestId }) => requestId ?? []))];
  return {
    version: 1,
    event: "new_key_notice",
    at: rfc3339(atMs),
    late_seconds: lateSeconds(atMs, nowMs),
    test: false,
    step: null,
    escalation: [],
    incident: {
      id,
      short_id: shortId(id),
      rule,
      group: commonLabels(keys.map(({ group }) => group.labels)),
      severity: "info",
      state: "pending",
      started_at: rfc3339(firstMs),
      fired_at: null,
      resolved_at: null,
      last_event_at: rfc3339(lastMs),
      count: tracked.length,
      window_seconds: gatheredMs / 1000,
      expected: null,
      expected_high: null,
      ratio: null,
      probability: null,
      threshold: null,
      explanation: explanation(tracked.length, Math.min(FORGOTTEN_MS, firstMs - watchedSinceMs)),
      total: tracked.reduce((sum, { count }) => sum + count, 0),
      peak_per_minute: 0,
      distinct_keys: tracked.length,
      shape: "unknown",
      channel: "new_keys",
      hint:
        "What uses these keys is dead, however seldom it asks: create new keys, deploy them, verify them with " +
        "GET /v1/keys/me. A revoked key never comes back.",
      request_ids: requestIds.slice(0, SHOWN),
      request_ids_total: requestIds.length,
      request_ids_truncated: requestIds.length > SHOWN,
      top: {
        keys: tracked.slice(0, SHOWN).map(({ shown, count }) => ({ value: shown, count })),
        services: summed(tracked.flatMap(({ services }) => services.kept)),
        hosts: summed(tracked.flatMap(({ hosts }) => hosts.kept)),
      },
      rotation: null,
      sparkline: [],
      doc_url: null,
      runbook_url: runbookUrl,
      sources: [],
      silence: null,
      silenced_until: null,
      ...UNTOUCHED_VIEW,
    },
  };
}

/** `2 keys began to fail that were not seen failing in the 30 days before` */
function explanation(keys: number, watchedMs: number): string {
  const what = keys === 1 ? "1 key began to fail that was" : `${keys} keys began to fail that were`;
  return `${what} not seen failing in the ${inWords(Math.max(0, watchedMs))} before`;
}

const UNITS: readonly (readonly [word: string, ms: number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

function inWords(ms: number): string {
  const [word, unitMs] = UNITS.find(([, unit]) => ms >= unit) ?? ["minute", 60_000];
  const n = Math.floor(ms / unitMs);
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}

/** What all of them have in common: the whole group when there is one. */
function commonLabels(all: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((labels) => labels[name] === value)),
  );
}

function summed(places: readonly Place[]): TopEntry[] {
  const counts = new Map<string, number>();
  for (const { name, count } of places) counts.set(name, (counts.get(name) ?? 0) + count);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, SHOWN);
}
