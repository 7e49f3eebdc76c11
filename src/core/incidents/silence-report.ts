// The end of a silence as a transition: one line of expected against seen, on the incident that it held when there was one.

import { shortId } from "./ids.ts";
import { UNTOUCHED_VIEW } from "./incident-view.ts";
import { rfc3339 } from "./rfc3339.ts";
import { reportOf, type SilenceRun } from "./silence-run.ts";
import type { IncidentView, Transition } from "./transition.ts";

/**
 * The transition `silence_ended`.
 * @param incident the one that fell into the silence, null when none did.
 * @param rule that the silence is about, for a report without an incident.
 * @param id a ULID for a report without an incident.
 */
export function silenceEnded(
  run: SilenceRun,
  incident: IncidentView | null,
  rule: string,
  id: string,
): Transition {
  return {
    version: 1,
    event: "silence_ended",
    at: rfc3339(run.endMs),
    late_seconds: 0,
    test: false,
    step: null,
    escalation: [],
    incident: {
      ...(incident ?? quiet(run, rule, id)),
      explanation: reportOf(run),
      silence: run.name,
      silenced_until: rfc3339(run.endMs),
    },
  };
}

/**
 * The transition `silence_ending`. It stands for itself and not in the incident's story: whoever is reminded must hear the
 * incident's own first word as such, should it come.
 * @param held what the silence holds back, at least one incident; the first is shown.
 * @param id a ULID for the reminder.
 */
export function silenceEnding(
  run: SilenceRun,
  held: readonly [IncidentView, ...IncidentView[]],
  id: string,
  nowMs: number,
): Transition {
  const many = held.length === 1 ? "an incident" : `${held.length} incidents`;
  return {
    version: 1,
    event: "silence_ending",
    at: rfc3339(nowMs),
    late_seconds: 0,
    test: false,
    step: null,
    escalation: [],
    incident: {
      ...held[0],
      id,
      short_id: shortId(id),
      explanation: `the planned rotation ${run.comment} ends in ${Math.ceil((run.endMs - nowMs) / 60_000)}m and still holds back ${many}`,
      silence: run.name,
      silenced_until: rfc3339(run.endMs),
    },
  };
}

/** Events that say nothing but what is held back; they are printed and given to no receiver. */
const ORDINARY: ReadonlySet<Transition["event"]> = new Set([
  "firing",
  "update",
  "repeat",
  "acked",
  "escalated",
  "resolved",
]);

/** Whether a transition is held back by a silence or a wider incident: printed, counted, and given to no receiver. */
export function isHeld({ event, incident }: Transition): boolean {
  if (incident.inhibited_by !== null && ORDINARY.has(event)) return true;
  if (incident.silence === null) return false;
  // A silence in which nothing happened is worth a line on stdout and nobody's attention.
  return ORDINARY.has(event) || (event === "silence_ended" && incident.total === 0);
}

/** What stands for the incident that there was not: nothing fired. */
function quiet(run: SilenceRun, rule: string, id: string): IncidentView {
  const endsAt = rfc3339(run.endMs);
  return {
    id,
    short_id: shortId(id),
    rule: run.last?.rule ?? rule,
    group: run.last?.group ?? {},
    severity: "info",
    state: "pending",
    started_at: rfc3339(run.startMs),
    fired_at: null,
    resolved_at: null,
    last_event_at: endsAt,
    count: run.events,
    window_seconds: Math.round((run.endMs - run.startMs) / 1000),
    expected: null,
    expected_high: null,
    ratio: null,
    probability: null,
    threshold: null,
    explanation: "",
    total: run.events,
    peak_per_minute: 0,
    distinct_keys: run.keys.size,
    shape: "unknown",
    channel: "events",
    hint: "",
    request_ids: [],
    request_ids_total: 0,
    request_ids_truncated: false,
    top: { keys: [], services: [], hosts: [] },
    rotation: null,
    sparkline: [],
    doc_url: null,
    runbook_url: null,
    sources: [],
    silence: run.name,
    silenced_until: endsAt,
    ...UNTOUCHED_VIEW,
  };
}
