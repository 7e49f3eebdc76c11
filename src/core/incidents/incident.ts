// One incident: everything that is known of an unexpected rise in one group, from its first event to its end, as plain
// data that grows. What may be said of it to the outside is in `view`.

import type { RevokedEvent } from "../events/event.ts";
import { saysMore } from "../spikes/evidence.ts";
import { explainEvidence } from "../spikes/explain-evidence.ts";
import type { Evidence } from "../spikes/detector.ts";
import { type Flapping, flappingAfter, recentReopens } from "./flapping.ts";
import { hintFor } from "./hint.ts";
import { shortId } from "./ids.ts";
import type { Told } from "./lifecycle.ts";
import type { Escalated } from "./routes.ts";
import { higherSeverity, severityOf } from "./severity.ts";
import type { HeldBy } from "./silences.ts";
import type { IncidentView, RotationView, Severity, Shape, TopEntry } from "./transition.ts";

export type Channel = IncidentView["channel"];

/** The part of an incident that survives a restart, beside its request ids and its profile. */
export interface Incident {
  readonly id: string;
  /** The channel that the numbers are of: the one that fired first, unless the other says more. */
  channel: Channel;
  readonly onsetMs: number;
  readonly firedAtMs: number;
  /** When it began to fire, or was reopened. */
  readonly firingSinceMs: number;
  /** History read for the first time: not announced unless it is still going on when the present is reached. */
  readonly replay: boolean;
  /** The strongest numbers so far, in the most telling window. */
  evidence: Evidence;
  resolvedAtMs: number | null;
  endedAs: "back_to_normal" | "new_level" | null;
  lastEventMs: number;
  total: number;
  peakPerMinute: number;
  severity: Severity;
  reopened: number;
  docUrl: string | null;
  /** Names of the sources that the events came from, in the order of their coming. */
  sources: string[];
  /** Null until it was announced. */
  told: Told | null;
  /** The silence that holds it back now. */
  heldBy: HeldBy | null;
  /** Until when a silence held it back last; null when none ever did. */
  silencedUntilMs: number | null;
  /** Some transition of it was not held back: receivers know of it. */
  known: boolean;
  ack: Ack | null;
  /** When people were first told that it fires, on the clock that does not step; null before. Steps count from here. */
  alarmedAtMs: number | null;
  /** Steps of escalation that were taken. */
  escalated: readonly Escalated[];
  /** The signs that stood under each receiver's message when it was last looked at. */
  marks: Readonly<Record<string, readonly string[]>>;
  /** When it was reopened within the last hour. */
  readonly reopens: readonly number[];
  /** Null until it flaps. */
  flapping: Flapping | null;
  /** The time in which nobody can see it; null while it can be seen. */
  unseen: Unseen | null;
}

/** A stretch of time in which nobody could see, milliseconds since the epoch. */
export interface Unseen {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Who took care of an incident, and when (event time). */
export interface Ack {
  readonly by: string;
  readonly atMs: number;
  /** It does not grow old: only what is worse speaks up again. */
  readonly lasting: boolean;
}

/** A sign that somebody left under an incident's message. */
export interface Reaction {
  /** Who, for the message. */
  readonly by: string;
  /** Tells the sign apart from all others under that message. */
  readonly mark: string;
  readonly lasting: boolean;
}

/** What an incident is that no silence and no person has touched, at its beginning and again when it is reopened. */
const UNTOUCHED = { told: null, heldBy: null, ack: null, alarmedAtMs: null } as const;

/** What a detector's signal begins an incident with. */
export interface Beginning {
  readonly id: string;
  readonly channel: Channel;
  /** When it fired, milliseconds since the epoch. */
  readonly atMs: number;
  readonly evidence: Evidence;
  readonly replay: boolean;
  /** The event that made it fire; null when only time or a count did. */
  readonly event: Pick<RevokedEvent, "timeMs" | "docUrl"> | null;
  readonly source: string;
  readonly peakPerMinute: number;
}

export function incidentOf({
  id,
  channel,
  atMs,
  evidence,
  replay,
  event,
  source,
  peakPerMinute,
}: Beginning): Incident {
  return {
    id,
    channel,
    onsetMs: evidence.onsetMs,
    firedAtMs: atMs,
    firingSinceMs: atMs,
    replay,
    evidence,
    resolvedAtMs: null,
    endedAs: null,
    lastEventMs: event?.timeMs ?? atMs,
    total: evidence.sinceOnset,
    peakPerMinute,
    severity: severityOf(evidence),
    reopened: 0,
    docUrl: event?.docUrl ?? null,
    sources: [source],
    ...UNTOUCHED,
    silencedUntilMs: null,
    known: false,
    escalated: [],
    marks: {},
    reopens: [],
    flapping: null,
    unseen: null,
  };
}

/** The same incident, firing again. */
export function reopened(before: Incident, atMs: number, evidence: Evidence): Incident {
  const reopens = recentReopens(before.reopens, atMs);
  return {
    ...before,
    ...UNTOUCHED,
    resolvedAtMs: null,
    endedAs: null,
    reopened: before.reopened + 1,
    firingSinceMs: atMs,
    evidence,
    total: before.total + evidence.sinceOnset,
    reopens,
    flapping: flappingAfter(before.flapping, reopens, atMs),
  };
}

/** One more event of an open incident. */
export function grow(incident: Incident, event: RevokedEvent, perMinute: number): void {
  incident.total += 1;
  incident.lastEventMs = Math.max(incident.lastEventMs, event.timeMs);
  incident.peakPerMinute = Math.max(incident.peakPerMinute, perMinute);
  incident.docUrl ??= event.docUrl;
  if (!incident.sources.includes(event.source)) incident.sources.push(event.source);
}

/** Keeps the strongest numbers: a message should tell how bad it got, not how it ebbs. */
export function strengthen(incident: Incident, channel: Channel, evidence: Evidence): void {
  if (!saysMore(evidence, incident.evidence)) return;
  incident.channel = channel;
  incident.evidence = evidence;
  incident.severity = higherSeverity(incident.severity, severityOf(evidence));
}

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
}

export function viewOf(incident: Incident, around: Surroundings): IncidentView {
  const { evidence } = incident;
  const shape: Shape = incident.endedAs === "new_level" ? "new_level" : around.shape;
  return {
    id: incident.id,
    short_id: shortId(incident.id),
    rule: around.rule,
    group: around.group,
    severity: incident.severity,
    state: stateOf(incident),
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
    flapping: incident.flapping !== null && incident.resolvedAtMs === null,
    unseen_since: incident.unseen === null ? null : rfc3339(incident.unseen.fromMs),
    escalated_to: [...new Set(incident.escalated.map(({ to }) => to))],
  };
}

function stateOf({ resolvedAtMs, flapping, ack }: Incident): IncidentView["state"] {
  if (resolvedAtMs !== null) return "resolved";
  if (flapping !== null && flapping.calmSinceMs !== null) return "resolving";
  return ack === null ? "firing" : "acked";
}

/** Nobody could see for a while: what follows upon what was said before goes on with it. */
export function cannotSee(incident: Incident, fromMs: number, toMs: number): void {
  const { unseen, flapping } = incident;
  const lasts = unseen !== null && fromMs <= unseen.toMs;
  incident.unseen = {
    fromMs: lasts ? unseen.fromMs : fromMs,
    toMs: Math.max(toMs, lasts ? unseen.toMs : toMs),
  };
  // Calm that nobody saw is none.
  if (flapping === null || flapping.calmSinceMs === null) return;
  incident.flapping = { ...flapping, calmSinceMs: Math.max(flapping.calmSinceMs, toMs) };
}

export function rfc3339(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

function first(entries: readonly TopEntry[]): string | null {
  return entries[0]?.value ?? null;
}

/** Of the entries that are shown, how much is of the first. */
function shareOfFirst(entries: readonly TopEntry[]): number {
  const all = entries.reduce((sum, { count }) => sum + count, 0);
  return all === 0 ? 0 : (entries[0]?.count ?? 0) / all;
}
