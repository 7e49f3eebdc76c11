// Gauges that are views: filled from the daemon's own state while a scrape is answered, and forgotten before the next,
// so that a group, file or receiver that is gone leaves no number behind.

import { FILE_STATES, INCIDENT_STATES, SILENCE_STATES } from "./labels.ts";
import type { BoundedLabel } from "./labels.ts";
import type { Metrics } from "./metrics.ts";
import type { CountedGroup, ReceiverView, SilenceCounts, SourceView, TelemetryViews } from "./views.ts";

/**
 * Fills all gauges that are views.
 * @param services the label of services shared with `events_total`, so that both fold the same ones into `other`.
 */
export function fillGauges(
  metrics: Metrics,
  views: TelemetryViews,
  rules: readonly string[],
  services: BoundedLabel,
): void {
  fillFiles(metrics, views.sources());
  fillGroups(metrics, views.groups(), rules, services);
  fillSilences(metrics, views.silences());
  fillKeys(metrics, views.keys(), rules);
  fillReceivers(metrics, views.receivers());
}

/** What a group is called as a label: its service, or nothing when the rule does not group by service. */
export function serviceOf(group: Readonly<Record<string, string>>): string {
  return group.service ?? "";
}

function fillFiles(metrics: Metrics, sources: readonly SourceView[]): void {
  metrics.clear("files");
  metrics.clear("file_unread_bytes");
  for (const { name: source, files } of sources) {
    for (const state of FILE_STATES) {
      const count = files.filter((file) => file.state === state).length;
      metrics.set("files", { source, state }, count);
    }
    const unread = files.reduce((sum, file) => sum + file.lag_bytes, 0);
    metrics.set("file_unread_bytes", { source }, unread);
  }
}

/** Groups that share a service (grouped by host too, or folded into `other`) are added up: labels must be unique. */
function fillGroups(
  metrics: Metrics,
  groups: Iterable<CountedGroup>,
  rules: readonly string[],
  services: BoundedLabel,
): void {
  const sums = new Map<string, ServiceSum>();
  const standing = new Map<string, number>();
  for (const group of groups) {
    addUp(sums, group, services.take(group.rule, serviceOf(group.group)));
    const id = `${group.rule} ${group.standing}`;
    standing.set(id, (standing.get(id) ?? 0) + 1);
  }
  metrics.clear("window_events");
  metrics.clear("window_expected_events");
  metrics.clear("window_distinct_keys");
  for (const { rule, service, events, expected, keys } of sums.values()) {
    metrics.set("window_events", { rule, service }, events);
    metrics.set("window_distinct_keys", { rule, service }, keys);
    if (expected !== null) metrics.set("window_expected_events", { rule, service }, expected);
    // A group restored from the last run has no event in this one yet; it must stand at 0 before the first.
    metrics.count("events_total", { rule, service }, 0);
  }
  metrics.clear("incidents");
  for (const rule of rules) {
    for (const state of INCIDENT_STATES) {
      metrics.set("incidents", { rule, state }, standing.get(`${rule} ${state}`) ?? 0);
    }
  }
}

interface ServiceSum {
  readonly rule: string;
  readonly service: string;
  events: number;
  /** Null until a group of the service knows what is usual. */
  expected: number | null;
  keys: number;
}

function addUp(sums: Map<string, ServiceSum>, group: CountedGroup, service: string): void {
  const { rule } = group;
  const id = JSON.stringify([rule, service]);
  const sum = sums.get(id) ?? { rule, service, events: 0, expected: null, keys: 0 };
  sums.set(id, sum);
  sum.events += group.windowEvents;
  sum.keys += group.distinctKeys;
  if (group.expected !== null) sum.expected = (sum.expected ?? 0) + group.expected;
}

function fillSilences(metrics: Metrics, silences: SilenceCounts): void {
  for (const state of SILENCE_STATES) metrics.set("silences", { state }, silences[state]);
}

function fillKeys(metrics: Metrics, keys: ReadonlyMap<string, number>, rules: readonly string[]): void {
  metrics.clear("tracked_keys");
  for (const rule of rules) metrics.set("tracked_keys", { rule }, keys.get(rule) ?? 0);
}

function fillReceivers(metrics: Metrics, receivers: readonly ReceiverView[]): void {
  metrics.clear("outbox_messages");
  metrics.clear("outbox_oldest_message_timestamp_seconds");
  metrics.clear("dead_letters");
  metrics.clear("receiver_circuit_open");
  metrics.clear("receiver_last_success_timestamp_seconds");
  metrics.clear("receiver_last_check_success");
  for (const view of receivers) {
    const receiver = view.name;
    metrics.set("outbox_messages", { receiver }, view.outbox_messages);
    metrics.set("dead_letters", { receiver }, view.dead_letters);
    metrics.set("receiver_circuit_open", { receiver }, view.circuit_open ? 1 : 0);
    const { last_check_ok: checked } = view;
    if (checked !== null) metrics.set("receiver_last_check_success", { receiver }, checked ? 1 : 0);
    setTime(metrics, "outbox_oldest_message_timestamp_seconds", receiver, view.oldest_at);
    setTime(metrics, "receiver_last_success_timestamp_seconds", receiver, view.last_success_at);
  }
}

function setTime(
  metrics: Metrics,
  name: "outbox_oldest_message_timestamp_seconds" | "receiver_last_success_timestamp_seconds",
  receiver: string,
  at: string | null,
): void {
  if (at !== null) metrics.set(name, { receiver }, Date.parse(at) / 1000);
}
