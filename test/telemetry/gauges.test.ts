// Gauges that are views: right at each scrape, and gone when their subject is.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CountedGroup, ReceiverView, SourceView } from "../../src/telemetry/views.ts";
import { aTelemetry } from "./a-telemetry.ts";

const group = (service: string, view: Partial<CountedGroup> = {}): CountedGroup => ({
  rule: "revoked",
  group: { service },
  windowEvents: 3,
  expected: 1.5,
  distinctKeys: 2,
  standing: null,
  ...view,
});

describe("gauges of views", () => {
  it("show windows against what is usual, and leave out what is not known", async () => {
    const { series } = aTelemetry({ groups: () => [group("a"), group("b", { expected: null })] });
    assert.deepEqual(await series("window_"), [
      'window_events{rule="revoked",service="a"} 3',
      'window_events{rule="revoked",service="b"} 3',
      'window_expected_events{rule="revoked",service="a"} 1.5',
      'window_distinct_keys{rule="revoked",service="a"} 2',
      'window_distinct_keys{rule="revoked",service="b"} 2',
    ]);
  });

  it("let the counter of a restored group stand at 0 before its first event", async () => {
    const { value } = aTelemetry({ groups: () => [group("a")] });
    assert.equal(await value('events_total{rule="revoked",service="a"}'), "0");
  });

  it("add up groups that share a service", async () => {
    const groups = ["h1", "h2"].map((host) => group("a", { group: { service: "a", host } }));
    const { series } = aTelemetry({ groups: () => groups });
    assert.deepEqual(await series("window_"), [
      'window_events{rule="revoked",service="a"} 6',
      'window_expected_events{rule="revoked",service="a"} 3',
      'window_distinct_keys{rule="revoked",service="a"} 4',
    ]);
  });

  it("never put another label of a group into a series", async () => {
    const { series } = aTelemetry({ groups: () => [group("", { group: { host: "secret-host" } })] });
    const all = await series("");
    assert.ok(all.includes('window_events{rule="revoked",service=""} 3'));
    assert.ok(!all.join("\n").includes("secret-host"));
  });

  it("fold services beyond the 50th into `other`", async () => {
    const groups = Array.from({ length: 60 }, (_, at) => group(`s${at}`));
    const { value, series } = aTelemetry({ groups: () => groups });
    assert.equal((await series("window_events{")).length, 51);
    assert.equal(await value('window_events{rule="revoked",service="other"}'), "30");
  });

  it("keep two scrapes apart: a group that is gone leaves no number", async () => {
    const groups = [group("a")];
    const { series } = aTelemetry({ groups: () => groups });
    assert.equal((await series("window_events")).length, 1);
    groups.length = 0;
    assert.equal((await series("window_events")).length, 0);
  });

  it("show files by state and what is unread", async () => {
    const file = { path: "/a", state: "active", offset: 5, size: 12, lag_bytes: 7 } as const;
    const sources: SourceView[] = [
      { name: "api", files: [file, { ...file, lag_bytes: 3 }, { ...file, state: "failed", lag_bytes: 0 }] },
    ];
    const { series } = aTelemetry({ sources: () => sources });
    assert.deepEqual(await series("files{"), [
      'files{source="api",state="active"} 2',
      'files{source="api",state="draining"} 0',
      'files{source="api",state="pending"} 0',
      'files{source="api",state="failed"} 1',
      'files{source="api",state="finished"} 0',
    ]);
    assert.deepEqual(await series("file_unread_bytes"), ['file_unread_bytes{source="api"} 10']);
  });

  it("count incidents and silences by state", async () => {
    const { value } = aTelemetry({
      groups: () => [
        group("a", { standing: "firing" }),
        group("b", { standing: "firing" }),
        group("c", { standing: "acked" }),
        group("d"),
      ],
      silences: () => ({ active: 1, pending: 2, expired: 3 }),
    });
    assert.equal(await value('incidents{rule="revoked",state="firing"}'), "2");
    assert.equal(await value('incidents{rule="revoked",state="acked"}'), "1");
    assert.equal(await value('incidents{rule="revoked",state="pending"}'), "0");
    assert.equal(await value('silences{state="pending"}'), "2");
  });

  it("show receivers, with times only where there is one", async () => {
    const receiver: ReceiverView = {
      name: "slack",
      outbox_messages: 4,
      dead_letters: 1,
      circuit_open: true,
      last_check_ok: false,
      last_success_at: null,
      oldest_at: "2026-05-25T12:00:00.500Z",
    };
    const { value } = aTelemetry({ receivers: () => [receiver] });
    assert.equal(await value('outbox_messages{receiver="slack"}'), "4");
    assert.equal(await value('dead_letters{receiver="slack"}'), "1");
    assert.equal(await value('receiver_circuit_open{receiver="slack"}'), "1");
    assert.equal(await value('receiver_last_check_success{receiver="slack"}'), "0");
    assert.equal(await value('receiver_last_success_timestamp_seconds{receiver="slack"}'), null);
    assert.equal(
      await value('outbox_oldest_message_timestamp_seconds{receiver="slack"}'),
      String(Date.UTC(2026, 4, 25, 12, 0, 0, 500) / 1000),
    );
  });
});
