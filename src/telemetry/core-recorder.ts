// Makes the facts of the core numbers and log lines.

import type { CoreFacts } from "../core/facts.ts";
import type { IncidentView, TransitionEvent } from "../core/incidents/transition.ts";
import type { Journal } from "./journal.ts";
import { EventTally } from "./event-tally.ts";
import { LineTally } from "./line-tally.ts";
import { OTHER } from "./labels.ts";
import type { BoundedLabel } from "./labels.ts";
import type { LogLevel } from "./level.ts";
import type { Metrics } from "./metrics.ts";

/** How loud a transition stands in the log; the message itself goes to the receivers and to stdout. */
const TRANSITION_LEVELS: Readonly<Record<TransitionEvent, LogLevel>> = {
  firing: "warn",
  update: "info",
  repeat: "info",
  acked: "info",
  escalated: "warn",
  resolved: "info",
  silence_exceeded: "warn",
  silence_ending: "info",
  silence_ended: "info",
  new_key_notice: "info",
  recurring: "info",
};

/**
 * @param services the label of services, shared with the gauges of the windows.
 * @param now wall clock, for lines that tell no time of their own.
 */
export function coreRecorder(
  metrics: Metrics,
  journal: Journal,
  services: BoundedLabel,
  now: () => number,
): CoreFacts {
  const events = new EventTally(metrics);
  const lags = metrics.tally("event_lag_seconds");
  const read = new LineTally(metrics);
  metrics.beforeRead(() => events.handOver());
  metrics.beforeRead(() => read.handOver());
  return {
    linesRead(source, lines, bytes, lastLineMs) {
      read.add(source, lines, bytes, lastLineMs ?? now());
    },
    lineRejected(source, reason) {
      metrics.count("log_lines_rejected_total", { source, reason });
      const fields = { source, reason };
      journal.limited("debug", "line_rejected", `${source} ${reason}`, fields, "Line is no event");
    },
    eventCounted(event, nowMs) {
      const { rule, timeMs, requestId } = event;
      const service = services.take(rule, event.service);
      events.add(rule, service, timeMs, requestId);
      if (service === OTHER && event.service !== OTHER) {
        metrics.count("label_overflow_events_total", { rule });
      }
      lags.observe(Math.max(0, nowMs - timeMs) / 1000);
      if (!journal.writes("debug")) return;
      const fields = { rule, source: event.source, service: event.service, request_id: requestId };
      journal.line("debug", "event_counted", fields, "Event counted");
    },
    futureEvent(source, aheadMs) {
      const fields = { source, ahead_seconds: seconds(aheadMs) };
      journal.limited("warn", "future_event", source, fields, "Event lies in the future, taken as now");
    },
    sourceUnseen(source, fromMs, toMs) {
      metrics.count("source_unseen_seconds_total", { source }, (toMs - fromMs) / 1000);
      const fields = { source, since: new Date(fromMs).toISOString(), seconds: seconds(toMs - fromMs) };
      journal.limited(
        "warn",
        "source_unseen",
        source,
        fields,
        "Source is not to be seen, its silence is not taken for quiet",
      );
    },
    lateEvent(rule, lateMs) {
      const fields = { rule, late_seconds: seconds(lateMs) };
      journal.limited("info", "late_event", rule, fields, "Event is over an hour late, it only trains");
    },
    groupOverflow(rule) {
      // While the label still has room the event stands under its own service and is not counted as folded above.
      if (!services.isFull(rule)) metrics.count("label_overflow_events_total", { rule });
      journal.limited(
        "warn",
        "group_overflow",
        rule,
        { rule },
        "Rule has too many groups, counted in `other`",
      );
    },
    keyEvicted(rule) {
      metrics.count("tracked_keys_evicted_total", { rule });
      journal.limited(
        "warn",
        "key_evicted",
        rule,
        { rule },
        "Too many revoked keys in use, the longest unseen is no longer tracked",
      );
    },
    transition({ event, late_seconds, incident }) {
      metrics.count("incident_transitions_total", { rule: incident.rule, event });
      const fields = { event, late_seconds, ...summary(incident) };
      journal.line(TRANSITION_LEVELS[event], "transition", fields, `Incident ${event.replaceAll("_", " ")}`);
    },
    suppressed(rule, reason) {
      metrics.count("notifications_suppressed_total", { rule, reason });
      journal.limited(
        "info",
        "suppressed",
        `${rule} ${reason}`,
        { rule, reason },
        "Transition is not delivered",
      );
    },
    groupStateDropped(rule, reason) {
      const fields = { rule, reason };
      journal.limited(
        "warn",
        "group_state_dropped",
        rule,
        fields,
        "Saved state does not fit, group learns anew",
      );
    },
  };
}

/** What a log line says of an incident; the full record is what the receivers got. */
function summary(incident: IncidentView): Readonly<Record<string, unknown>> {
  const { id, rule, group, severity, count, window_seconds, expected, explanation, request_ids } = incident;
  return { incident: id, rule, group, severity, count, window_seconds, expected, explanation, request_ids };
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
