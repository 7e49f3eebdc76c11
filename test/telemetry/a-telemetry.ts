// Telemetry for tests: its log goes into a list, its clock is turned by hand, its scrape can be asked for one series.

import { createTelemetry } from "../../src/telemetry/telemetry.ts";
import type { Telemetry } from "../../src/telemetry/telemetry.ts";
import type { KnownNames } from "../../src/telemetry/preset.ts";
import type { TelemetryViews } from "../../src/telemetry/views.ts";
import type { RevokedEvent } from "../../src/core/events/event.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { FakeClock } from "../support/fake-clock.ts";

export const KNOWN: KnownNames = {
  sources: ["api"],
  rules: ["revoked"],
  receivers: [
    { name: "slack", fallback: "lead" },
    { name: "lead", fallback: null },
  ],
};

export const EMPTY_VIEWS: TelemetryViews = {
  sources: () => [],
  groups: () => [],
  silences: () => ({ active: 0, pending: 0, expired: 0 }),
  keys: () => new Map(),
  receivers: () => [],
};

export interface Bench {
  readonly telemetry: Telemetry;
  readonly clock: FakeClock;
  /** What a person at a terminal would have read, one text a line. */
  readonly lines: string[];
  /** Value of a series as the text format writes it, such as `events_total{rule="revoked"}`; null when it is not there. */
  value(series: string): Promise<string | null>;
  /** All lines of the text format that start so, without the prefix. */
  series(start: string): Promise<string[]>;
}

export function aTelemetry(
  views: Partial<TelemetryViews> = {},
  { level = "trace", known = KNOWN }: { level?: "trace" | "info"; known?: KnownNames } = {},
): Bench {
  const clock = new FakeClock();
  const lines: string[] = [];
  const stderr = { fd: 2, isTTY: true, write: (text: string) => lines.push(text) };
  const telemetry = createTelemetry({
    log: { level, stderr, colour: false },
    clock,
    version: "1.2.3",
    revision: "abc",
  });
  telemetry.attach(known, { ...EMPTY_VIEWS, ...views });
  const series = async (start: string): Promise<string[]> => {
    // Past the time within which scrapes share one answer.
    await clock.advance(100);
    const { body } = await telemetry.scrape(undefined);
    return body
      .split("\n")
      .filter((line) => line.startsWith(`revokewatch_${start}`))
      .map((line) => line.slice("revokewatch_".length));
  };
  return {
    telemetry,
    clock,
    lines,
    series,
    value: async (name) => {
      const line = (await series(name)).find((text) => text.startsWith(`${name} `));
      return line === undefined ? null : line.slice(name.length + 1);
    },
  };
}

export function anEvent(event: Partial<RevokedEvent> = {}): RevokedEvent {
  return {
    rule: "revoked",
    source: "api",
    timeMs: Date.UTC(2026, 4, 25, 12, 0, 0),
    timeFrom: "record",
    requestId: "req_1",
    service: "checkout",
    key: null,
    host: null,
    docUrl: null,
    message: null,
    level: null,
    ...event,
  };
}

export function aTransition(event: Transition["event"] = "firing"): Transition {
  return {
    version: 1,
    event,
    at: "2026-05-25T12:00:00.000Z",
    late_seconds: 0,
    test: false,
    step: null,
    escalation: [],
    incident: {
      id: "01JW3K7F3KQ2",
      short_id: "3KQ2",
      rule: "revoked",
      group: { service: "checkout" },
      severity: "critical",
      state: "firing",
      started_at: "2026-05-25T12:00:00.000Z",
      fired_at: "2026-05-25T12:00:00.000Z",
      resolved_at: null,
      last_event_at: "2026-05-25T12:00:00.000Z",
      count: 37,
      window_seconds: 300,
      expected: 1.2,
      expected_high: 6,
      ratio: 30.8,
      probability: 3e-40,
      threshold: 10,
      explanation: "37 in 5m; usual 1.2 (at most 6)",
      total: 37,
      peak_per_minute: 22,
      distinct_keys: 1,
      shape: "one_key_retried",
      channel: "events",
      hint: "",
      request_ids: ["req_1"],
      request_ids_total: 1,
      request_ids_truncated: false,
      top: { keys: [], services: [], hosts: [] },
      rotation: null,
      sparkline: [],
      doc_url: null,
      runbook_url: null,
      sources: ["api"],
      silence: null,
      silenced_until: null,
      acked_by: null,
      ended_as: null,
      flapping: false,
      unseen_since: null,
      escalated_to: [],
      inhibited_by: null,
      inhibits: [],
    },
  };
}
