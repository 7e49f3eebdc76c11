// Telemetry for tests: its log goes into a list, its clock is turned by hand, its scrape can be asked for one series.

import { createTelemetry } from "../../src/telemetry/telemetry.ts";
import type { Telemetry } from "../../src/telemetry/telemetry.ts";
import type { KnownNames } from "../../src/telemetry/preset.ts";
import type { TelemetryViews } from "../../src/telemetry/views.ts";
import type { RevokedEvent } from "../../src/core/events/event.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { transition } from "../support/transitions.ts";

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

/** A transition of the sample incident under the rule that these tests know. */
export function aTransition(event: Transition["event"] = "firing"): Transition {
  const at = "2026-05-25T12:00:00.000Z";
  const incident = {
    id: "01JW3K7F3KQ2",
    short_id: "3KQ2",
    rule: "revoked",
    state: "firing",
    count: 37,
    request_ids: ["req_1"],
  } as const;
  return transition(event, incident, { at, step: null });
}
