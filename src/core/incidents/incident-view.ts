// What may be said of an incident to the outside: the one shape of transition.ts, made of what the incident is and what its
// group knows.

import { explainEvidence } from "../spikes/explain-evidence.ts";
import { hintFor } from "./hint.ts";
import { shortId } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { rfc3339 } from "./rfc3339.ts";
import type { IncidentView, InhibitedView, RotationView, Shape, TopEntry } from "./transition.ts";

/** What belongs to an incident's picture but is kept by its group. */
export interface Surroundings {
  readonly rule: string;
  readonly group: Readonly<Record<string, string>>;
  readonly runbookUrl: string | null;
  readonly shape: Shape;
  readonly distinctKeys: number;
  readonly top: IncidentView["top"];
  readonly sparkline: readonly number[];
  readonly requestIds: readonly string[];
  readonly requestIdsTotal: number;
  readonly rotation: RotationView | null;
  /** Its count has calmed down, and the time runs after which it is over. */
  readonly calm: boolean;
  /** Up to then its log has been read, when that is long ago; null when it is read as it is written. */
  readonly behindSinceMs: number | null;
  readonly inhibits: readonly InhibitedView[];
}

/** What is true of a report that is no incident: nobody and nothing has touched it. */
export const UNTOUCHED_VIEW = {
  acked_by: null,
  ended_as: null,
  flapping: false,
  unseen_since: null,
  escalated_to: [],
  inhibited_by: null,
  inhibits: [],
} as const satisfies Partial<IncidentView>;

export function viewOf(incident: Incident, around: Surroundings): IncidentView {
  const { evidence } = incident;
  const unseenMs = incident.unseen?.fromMs ?? around.behindSinceMs;
  const shape: Shape = incident.endedAs === "new_level" ? "new_level" : around.shape;
  return {
    id: incident.id,
    short_id: shortId(incident.id),
    rule: around.rule,
    group: around.group,
    severity: incident.severity,
    state: stateOf(incident, around.calm),
    started_at: rfc3339(incident.onsetMs),
    fired_at: rfc3339(incident.firedAtMs),
    resolved_at: incident.resolvedAtMs === null ? null : rfc3339(incident.resolvedAtMs),
    last_event_at: rfc3339(incident.lastEventMs),
    count: evidence.count,
    window_seconds: evidence.windowSeconds,
    expected: evidence.expected,
    expected_high: evidence.expectedHigh,
    ratio: evidence.ratio,
    probability: evidence.logProbability === null ? null : Math.exp(evidence.logProbability),
    threshold: evidence.threshold,
    explanation: explainEvidence(evidence, incident.channel === "new_keys" ? "new keys" : ""),
    total: incident.total,
    peak_per_minute: incident.peakPerMinute,
    distinct_keys: around.distinctKeys,
    shape,
    channel: incident.channel,
    hint: hintFor(shape, {
      topKey: first(around.top.keys),
      topKeyShare: shareOfFirst(around.top.keys),
      topService: around.group["service"] ?? first(around.top.services),
      distinctKeys: around.distinctKeys,
    }),
    request_ids: around.requestIds,
    request_ids_total: around.requestIdsTotal,
    request_ids_truncated: around.requestIdsTotal > around.requestIds.length,
    top: around.top,
    rotation: around.rotation,
    sparkline: around.sparkline,
    doc_url: incident.docUrl,
    runbook_url: around.runbookUrl,
    sources: incident.sources,
    silence: incident.heldBy?.name ?? null,
    silenced_until: incident.silencedUntilMs === null ? null : rfc3339(incident.silencedUntilMs),
    acked_by: incident.ack?.by ?? null,
    ended_as: incident.resolvedAtMs === null ? null : incident.endedAs,
    flapping: incident.flapping !== null && incident.resolvedAtMs === null,
    unseen_since: unseenMs === null ? null : rfc3339(unseenMs),
    escalated_to: [...new Set(incident.escalated.map(({ to }) => to))],
    inhibited_by: incident.inhibitedBy,
    inhibits: around.inhibits,
  };
}

/** How it stands. @param calm its count has calmed down. */
export function stateOf({ resolvedAtMs, flapping, ack }: Incident, calm: boolean): IncidentView["state"] {
  if (resolvedAtMs !== null) return "resolved";
  if (calm || (flapping !== null && flapping.calmSinceMs !== null)) return "resolving";
  return ack === null ? "firing" : "acked";
}

function first(entries: readonly TopEntry[]): string | null {
  return entries[0]?.value ?? null;
}

/** Of the entries that are shown, how much is of the first. */
function shareOfFirst(entries: readonly TopEntry[]): number {
  const all = entries.reduce((sum, { count }) => sum + count, 0);
  return all === 0 ? 0 : (entries[0]?.count ?? 0) / all;
}
