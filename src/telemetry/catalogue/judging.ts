// What is counted about events, windows and incidents: the numbers that dashboards show and alert rules join on.

import type { MetricSpecs } from "./spec.ts";

/** From live tailing (well under a second) to a backlog of minutes. */
const LAG_BUCKETS_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

export const JUDGING = {
  events_total: {
    type: "counter",
    labels: ["rule", "service"],
    help: "Events counted; OpenMetrics exemplars carry a request_id.",
    exemplars: true,
  },
  event_lag_seconds: {
    type: "histogram",
    labels: [],
    help: "Time from an event's own time to its being counted.",
    buckets: LAG_BUCKETS_SECONDS,
  },
  last_event_timestamp_seconds: {
    type: "gauge",
    labels: ["rule"],
    help: "Own time of the newest event.",
  },
  window_events: {
    type: "gauge",
    labels: ["rule", "service"],
    help: "Events in the sliding window now.",
  },
  window_expected_events: {
    type: "gauge",
    labels: ["rule", "service"],
    help: "Events that the sliding window usually holds.",
  },
  window_distinct_keys: {
    type: "gauge",
    labels: ["rule", "service"],
    help: "Different API keys in the sliding window now.",
  },
  tracked_keys: {
    type: "gauge",
    labels: ["rule"],
    help: "Revoked API keys that were used in the last 30 days.",
  },
  tracked_keys_evicted_total: {
    type: "counter",
    labels: ["rule"],
    help: "Revoked API keys no longer tracked for want of room, though they may still be used.",
  },
  label_overflow_events_total: {
    type: "counter",
    labels: ["rule"],
    help: "Events counted under the service `other` because the rule has too many services.",
  },
  evaluations_total: { type: "counter", labels: ["rule"], help: "Evaluations of a rule." },
  last_evaluation_timestamp_seconds: {
    type: "gauge",
    labels: [],
    help: "When the rules were last evaluated.",
    absentUntilSet: true,
  },
  incidents: { type: "gauge", labels: ["rule", "state"], help: "Incidents by state." },
  incident_transitions_total: {
    type: "counter",
    labels: ["rule", "event"],
    help: "Transitions of incidents, by event.",
  },
  notifications_suppressed_total: {
    type: "counter",
    labels: ["rule", "reason"],
    help: "Transitions that were not delivered, by reason.",
  },
  silences: { type: "gauge", labels: ["state"], help: "Silences by state." },
} as const satisfies MetricSpecs;
