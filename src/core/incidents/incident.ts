// One incident: everything that is known of an unexpected rise in one group, from its first event to its end, as plain
// data that grows. What may be said of it to the outside is in incident-view.ts.

import type { RevokedEvent } from "../events/event.ts";
import { saysMore } from "../spikes/evidence.ts";
import type { Evidence } from "../spikes/detector.ts";
import { type Flapping, flappingAfter, recentReopens } from "./flapping.ts";
import type { Told } from "./lifecycle.ts";
import type { Escalated } from "./routes.ts";
import { higherSeverity, severityOf } from "./severity.ts";
import type { HeldBy } from "./silences.ts";
import type { IncidentName, IncidentView, Severity } from "./transition.ts";

export type Channel = IncidentView["channel"];

/** Why it is over: by its numbers, or because its rule went or judges otherwise, so that nobody watches it any more. */
export type EndedAs = NonNullable<IncidentView["ended_as"]>;

/** The part of an incident that survives a restart, beside its request ids and its profile. */
export interface Incident {
  readonly id: string;
  /** The channel that the numbers are of: the one that fired first, unless the other says more. */
  channel: Channel;
  onsetMs: number;
  readonly firedAtMs: number;
  /** When it began to fire, or was reopened. */
  readonly firingSinceMs: number;
  /** History read for the first time: not announced unless it is still going on when the present is reached. */
  readonly replay: boolean;
  /** The strongest numbers so far, in the most telling window. */
  evidence: Evidence;
  resolvedAtMs: number | null;
  endedAs: EndedAs | null;
  lastEventMs: number;
  total: number;
  peakPerMinute: number;
  severity: Severity;
  reopened: number;
  docUrl: string | null;
  /** Names of the sources that the events came from, in the order of their coming. */
  sources: string[];
  /** Services that are hit, at most 50. */
  services: string[];
  /** Null until it was announced. */
  told: Told | null;
  /** The silence that holds it back now. */
  heldBy: HeldBy | null;
  /** The wider incident that holds it back now. */
  inhibitedBy: IncidentName | null;
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
const UNTOUCHED = { told: null, heldBy: null, inhibitedBy: null, ack: null, alarmedAtMs: null } as const;

/** Services that are told apart; a log that invents them is told of no more. */
export const MAX_SERVICES = 50;

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
  /** Those that are hit so far. */
  readonly services: readonly string[];
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
  services,
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
    services: services.slice(0, MAX_SERVICES),
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

/** The same incident, firing again. @param resolveAfterMs of the rule; left out: the ordinary one. */
export function reopened(
  before: Incident,
  atMs: number,
  evidence: Evidence,
  resolveAfterMs?: number,
): Incident {
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
    flapping: flappingAfter(before.flapping, reopens, atMs, resolveAfterMs),
  };
}

/** One more event of an open incident. */
export function grow(incident: Incident, event: RevokedEvent, perMinute: number): void {
  if (event.timeMs >= incident.onsetMs) incident.total += 1;
  incident.lastEventMs = Math.max(incident.lastEventMs, event.timeMs);
  incident.peakPerMinute = Math.max(incident.peakPerMinute, perMinute);
  incident.docUrl ??= event.docUrl;
  if (!incident.sources.includes(event.source)) incident.sources.push(event.source);
  const { services } = incident;
  if (services.length < MAX_SERVICES && !services.includes(event.service)) services.push(event.service);
}

/** Keeps the strongest numbers: a message should tell how bad it got, not how it ebbs. */
export function strengthen(incident: Incident, channel: Channel, evidence: Evidence): void {
  // Late events may show that it began earlier.
  incident.onsetMs = Math.min(incident.onsetMs, evidence.onsetMs);
  incident.total = Math.max(incident.total, evidence.sinceOnset);
  if (!saysMore(evidence, incident.evidence)) return;
  incident.channel = channel;
  incident.evidence = evidence;
  incident.severity = higherSeverity(incident.severity, severityOf(evidence));
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
