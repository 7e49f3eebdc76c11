// How a word about an incident becomes a transition, and what the incident remembers of having said it.

import type { Incident } from "./incident.ts";
import { lateSeconds } from "./lifecycle.ts";
import type { Word } from "./next-word.ts";
import { rfc3339 } from "./rfc3339.ts";
import type { IncidentView, Transition } from "./transition.ts";

/** Now, as an incident knows it; milliseconds since the epoch. */
interface Now {
  /** Time that its events have reached. */
  readonly clockMs: number;
  /** Now, on a clock that does not step. */
  readonly nowMs: number;
}

/** The incident remembers the word. @returns the moment that the word is of. */
export function remember(incident: Incident, word: Word, atMs: number, { clockMs, nowMs }: Now): number {
  const { event, delivered, heldBy, exceeds } = word;
  const silence = exceeds?.by ?? heldBy;
  let saidMs = atMs;
  if (silence !== null) incident.silencedUntilMs = silence.untilMs;
  else if (incident.heldBy !== null) {
    // It may have been ended before its time. The log's own time lies behind the wall clock, by which silences end.
    incident.silencedUntilMs = Math.min(incident.heldBy.untilMs, nowMs);
    saidMs = Math.max(atMs, incident.silencedUntilMs);
  }
  incident.heldBy = heldBy;
  incident.inhibitedBy = word.inhibitedBy;
  incident.known ||= delivered;
  if (delivered) incident.alarmedAtMs ??= nowMs;
  if (word.unacks) incident.ack = null;
  incident.escalated = [...incident.escalated, ...word.escalates.map(({ to, afterMs }) => ({ to, afterMs }))];
  incident.told = {
    total: incident.total,
    severity: incident.severity,
    services: incident.services.length,
    atMs: clockMs,
    repeats: repeatsAfter(event, incident.told?.repeats ?? 0),
  };
  return saidMs;
}

/** @param view of the incident after it remembers the word. */
export function transitionOf(word: Word, view: IncidentView, saidMs: number, nowMs: number): Transition {
  const { event, step, exceeds, heldBy, delivered } = word;
  return {
    version: 1,
    event,
    at: rfc3339(saidMs),
    late_seconds: lateSeconds(saidMs, nowMs),
    test: false,
    step,
    escalation: word.escalates.map(({ to, afterMs }) => ({ to, after_seconds: afterMs / 1000 })),
    incident: {
      ...view,
      ...(exceeds === null ? {} : { explanation: exceeds.why }),
      ...(word.quiet ? { severity: "info" } : {}),
      silence: exceeds?.by.name ?? (delivered ? null : (heldBy?.name ?? null)),
      inhibited_by: delivered ? null : view.inhibited_by,
    },
  };
}

/** Repeats since the last growth step; an escalation is none. */
function repeatsAfter(event: Transition["event"], before: number): number {
  if (event === "escalated") return before;
  return event === "repeat" ? before + 1 : 0;
}
