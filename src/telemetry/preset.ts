// Makes every series that can be known in advance appear with 0. Prometheus cannot see the birth of a series: one that
// is born at 30 shows `increase()` 0, one that stood at 0 before shows 30.

import {
  ATTEMPT_OUTCOMES,
  FAILURE_REASONS,
  GAP_CAUSES,
  LOSS_REASONS,
  REJECT_REASONS,
  ROTATION_KINDS,
  SAVE_OUTCOMES,
  SUPPRESSION_REASONS,
  TRANSITION_EVENTS,
} from "./labels.ts";
import { LOG_LEVELS } from "./level.ts";
import type { Metrics } from "./metrics.ts";
import { REDACTIONS } from "./redaction.ts";

/** What the configuration names, and thereby which series there will be. */
export interface KnownNames {
  readonly sources: readonly string[];
  readonly rules: readonly string[];
  readonly receivers: readonly { readonly name: string; readonly fallback: string | null }[];
}

/** To be called at the start and after each reload; series that are there already keep their values. */
export function preset(metrics: Metrics, known: KnownNames): void {
  for (const outcome of SAVE_OUTCOMES) metrics.count("state_saves_total", { outcome }, 0);
  for (const level of LOG_LEVELS) metrics.count("log_messages_total", { level }, 0);
  for (const { pattern } of REDACTIONS) metrics.count("redactions_total", { pattern }, 0);
  for (const source of known.sources) presetSource(metrics, source);
  for (const rule of known.rules) presetRule(metrics, rule);
  for (const { name, fallback } of known.receivers) presetReceiver(metrics, name, fallback);
}

function presetSource(metrics: Metrics, source: string): void {
  metrics.count("log_lines_total", { source }, 0);
  metrics.count("log_read_bytes_total", { source }, 0);
  for (const reason of REJECT_REASONS) metrics.count("log_lines_rejected_total", { source, reason }, 0);
  for (const kind of ROTATION_KINDS) metrics.count("file_rotations_total", { source, kind }, 0);
  for (const cause of GAP_CAUSES) metrics.count("file_gaps_total", { source, cause }, 0);
  for (const reason of LOSS_REASONS) metrics.count("file_lost_bytes_total", { source, reason }, 0);
  metrics.count("source_unseen_seconds_total", { source }, 0);
  metrics.set("watch_degraded", { source }, 0);
}

function presetRule(metrics: Metrics, rule: string): void {
  metrics.count("label_overflow_events_total", { rule }, 0);
  metrics.count("tracked_keys_evicted_total", { rule }, 0);
  metrics.count("evaluations_total", { rule }, 0);
  for (const event of TRANSITION_EVENTS) metrics.count("incident_transitions_total", { rule, event }, 0);
  for (const reason of SUPPRESSION_REASONS) {
    metrics.count("notifications_suppressed_total", { rule, reason }, 0);
  }
}

function presetReceiver(metrics: Metrics, receiver: string, fallback: string | null): void {
  for (const kind of TRANSITION_EVENTS) {
    metrics.count("notifications_total", { receiver, kind }, 0);
    metrics.count("notifications_delivered_total", { receiver, kind }, 0);
  }
  for (const reason of FAILURE_REASONS) {
    metrics.count("notifications_failed_total", { receiver, reason }, 0);
  }
  for (const outcome of ATTEMPT_OUTCOMES) {
    metrics.count("notification_attempts_total", { receiver, outcome }, 0);
  }
  metrics.prepare("notification_attempt_duration_seconds", { receiver });
  metrics.prepare("notification_delay_seconds", { receiver });
  if (fallback !== null) metrics.count("fallback_notifications_total", { receiver, fallback }, 0);
}
