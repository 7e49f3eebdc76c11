// The daemon's state of now as plain data: what `status -o json` prints, the page shows and the gauges are filled from.

import { hostname } from "node:os";
import type { Engine } from "../core/engine.ts";
import { rfc3339 } from "../core/incidents/rfc3339.ts";
import type { IncidentView } from "../core/incidents/transition.ts";
import type { Clock } from "../host/clock.ts";
import type { Health, Status } from "../http/views.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Pipeline } from "../pipeline.ts";
import type { Receiver } from "../receivers/receiver.ts";
import type { Source } from "../sources/source.ts";
import type { CountedGroup } from "../telemetry/views.ts";
import { version } from "../version.ts";
import type { ReceiverChecks } from "./receiver-checks.ts";
import { byUrgency } from "./history-view.ts";
import type { SilenceBook } from "./silences.ts";
import type { Totals } from "./totals.ts";

/** The loop turns every second; a stall this long is a hang, not a long file. */
const STALL_MS = 30_000;

/** The parts that are looked at. */
export interface Parts {
  readonly clock: Clock;
  readonly startedMs: number;
  readonly engine: Engine;
  readonly sources: readonly Source[];
  readonly silences: SilenceBook;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly checks: ReceiverChecks;
  readonly outbox: Outbox;
  readonly pipeline: Pipeline;
  readonly totals: Totals;
  /** The last commit of the state succeeded. */
  readonly saved: () => boolean;
}

export function healthOf({ pipeline }: Parts): Health {
  const healthy = pipeline.stalledMs < STALL_MS;
  const ready = healthy && pipeline.caughtUp;
  const reason = !healthy
    ? "the evaluation loop has not turned for 30 s"
    : ready
      ? null
      : "reading the backlog";
  return { healthy, ready, reason };
}

export function statusOf(parts: Parts): Status {
  const incidents = parts.engine.openIncidents();
  return {
    version,
    host: hostname(),
    started_at: rfc3339(parts.startedMs),
    at: rfc3339(parts.clock.now()),
    ready: healthOf(parts).ready,
    state_saved: parts.saved(),
    sources: sourcesOf(parts),
    groups: groupsOf(parts),
    incidents,
    silences: parts.silences.list().filter(({ state }) => state !== "expired"),
    receivers: receiversOf(parts),
    incidents_firing: incidents.length,
  };
}

export function sourcesOf({ sources, totals }: Parts) {
  return sources.map((source) => {
    const { lines, lostBytes, gaps, lastLineMs } = totals.of(source.name);
    return {
      name: source.name,
      kind: source.kind,
      caught_up: source.caughtUp,
      last_line_at: lastLineMs === null ? null : rfc3339(lastLineMs),
      lines_total: lines,
      lost_bytes_total: lostBytes,
      gaps_total: gaps,
      files: source.status(),
    };
  });
}

/** The groups as the gauges count them, one by one and in no order: a scrape pictures no incident. */
export function* countedOf({ engine }: Parts): Generator<CountedGroup> {
  for (const reading of engine.readings()) {
    const { rule, labels: group, windowEvents, expected, distinctKeys, state, incident } = reading;
    const pending = state === "pending" ? state : null;
    yield { rule, group, windowEvents, expected, distinctKeys, standing: incident ?? pending };
  }
}

export function groupsOf({ engine }: Parts) {
  return byUrgency(engine.readings()).map((reading) => ({
    rule: reading.rule,
    group: reading.labels,
    events_total: reading.eventsTotal,
    window_seconds: reading.windowSeconds,
    window_events: reading.windowEvents,
    expected: reading.expected,
    expected_high: reading.expectedHigh,
    distinct_keys: reading.distinctKeys,
    state: reading.state,
    thresholds: reading.thresholds.map(({ windowSeconds, count }) => ({
      window_seconds: windowSeconds,
      count,
    })),
  }));
}

export function receiversOf({ outbox, receivers, checks }: Parts) {
  return outbox.view().map((view) => ({
    ...view,
    kind: receivers.get(view.name)?.kind ?? "unknown",
    last_check_ok: checks.lastOf(view.name),
  }));
}

/**
 * One incident with every request id that is kept of it; the newest when a short id fits several.
 * @param incidents newest first.
 */
export function incidentOf(
  incidents: readonly IncidentView[],
  engine: Engine,
  id: string,
): (IncidentView & { readonly kept_request_ids: readonly string[] }) | null {
  const wanted = id.toUpperCase();
  const found = incidents.find((incident) => incident.id === wanted || incident.short_id === wanted);
  if (found === undefined) return null;
  const kept = engine.requestIdsOf(found.id);
  return { ...found, kept_request_ids: kept.length > 0 ? kept : found.request_ids };
}
