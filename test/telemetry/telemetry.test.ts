// Every fact becomes its number and its line, and what is known in advance stands at 0 before anything happens.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CATALOGUE } from "../../src/telemetry/catalogue/catalogue.ts";
import type { Telemetry } from "../../src/telemetry/telemetry.ts";
import { EMPTY_VIEWS, aTelemetry, aTransition, anEvent } from "./a-telemetry.ts";

interface Case {
  readonly when: string;
  state(telemetry: Telemetry): void;
  /** Series and their values afterwards. */
  readonly numbers: Readonly<Record<string, string>>;
  /** What the one log line holds; null for facts that write none. */
  readonly line: RegExp | null;
}

const NOON = Date.UTC(2026, 4, 25, 12, 0, 0);

const CASES: readonly Case[] = [
  {
    when: "lines are read",
    state: (t) => t.linesRead("api", 3, 120, NOON - 1500),
    numbers: {
      'log_lines_total{source="api"}': "3",
      'log_read_bytes_total{source="api"}': "120",
      'last_line_timestamp_seconds{source="api"}': String((NOON - 1500) / 1000),
    },
    line: null,
  },
  {
    when: "lines without a time are read",
    state: (t) => t.linesRead("api", 1, 9, null),
    numbers: { 'last_line_timestamp_seconds{source="api"}': String(NOON / 1000) },
    line: null,
  },
  {
    when: "a line is rejected",
    state: (t) => t.lineRejected("api", "not_json"),
    numbers: { 'log_lines_rejected_total{source="api",reason="not_json"}': "1" },
    line: /debug .*fact=line_rejected source=api reason=not_json/,
  },
  {
    when: "an event is counted",
    state: (t) => t.eventCounted(anEvent(), NOON + 70),
    numbers: {
      'events_total{rule="revoked",service="checkout"}': "1",
      'event_lag_seconds_bucket{le="0.05"}': "0",
      'event_lag_seconds_bucket{le="0.1"}': "1",
      event_lag_seconds_count: "1",
      'last_event_timestamp_seconds{rule="revoked"}': String(NOON / 1000),
    },
    line: /debug .*fact=event_counted rule=revoked source=api service=checkout request_id=req_1/,
  },
  {
    when: "an event lies in the future",
    state: (t) => t.futureEvent("api", 120_400),
    numbers: {},
    line: /warn .*fact=future_event source=api ahead_seconds=120/,
  },
  {
    when: "a source is not to be seen",
    state: (t) => t.sourceUnseen("api", NOON, NOON + 660_000),
    numbers: { 'source_unseen_seconds_total{source="api"}': "660" },
    line: /warn .*fact=source_unseen source=api since=2026-.*T12:00:00.000Z seconds=660/,
  },
  {
    when: "an event is over an hour late",
    state: (t) => t.lateEvent("revoked", 3_700_000),
    numbers: {},
    line: /info .*fact=late_event rule=revoked late_seconds=3700/,
  },
  {
    when: "a rule has too many groups",
    state: (t) => t.groupOverflow("revoked"),
    numbers: { 'label_overflow_events_total{rule="revoked"}': "1" },
    line: /warn .*fact=group_overflow rule=revoked/,
  },
  {
    when: "an incident fires",
    state: (t) => t.transition(aTransition("firing")),
    numbers: { 'incident_transitions_total{rule="revoked",event="firing"}': "1" },
    line: /warn .*Incident firing .*incident=01JW3K7F3KQ2 .*request_ids=\["req_1"\]/,
  },
  {
    when: "a silence ends",
    state: (t) => t.transition(aTransition("silence_ended")),
    numbers: { 'incident_transitions_total{rule="revoked",event="silence_ended"}': "1" },
    line: /info .*Incident silence ended/,
  },
  {
    when: "a transition is not delivered",
    state: (t) => t.suppressed("revoked", "silenced"),
    numbers: { 'notifications_suppressed_total{rule="revoked",reason="silenced"}': "1" },
    line: /info .*fact=suppressed rule=revoked reason=silenced/,
  },
  {
    when: "the state of a group is dropped",
    state: (t) => t.groupStateDropped("revoked", "version 1"),
    numbers: {},
    line: /warn .*fact=group_state_dropped rule=revoked reason="version 1"/,
  },
  {
    when: "a file is opened",
    state: (t) => t.fileOpened("api", "/var/log/a", 17),
    numbers: {},
    line: /info .*fact=file_opened source=api path=\/var\/log\/a offset=17/,
  },
  {
    when: "a file is done",
    state: (t) => t.fileClosed("api", "/var/log/a"),
    numbers: {},
    line: /info .*fact=file_closed/,
  },
  {
    when: "a file is rotated",
    state: (t) => t.fileRotated("api", "/var/log/a", "copytruncate"),
    numbers: { 'file_rotations_total{source="api",kind="copytruncate"}': "1" },
    line: /info .*fact=file_rotated .*kind=copytruncate/,
  },
  {
    when: "a file cannot be read",
    state: (t) => t.fileFailed("api", "/var/log/a", "EACCES", "open"),
    numbers: {},
    line: /error Cannot open a log file, trying again .*code=EACCES/,
  },
  {
    when: "a file is not there",
    state: (t) => t.fileMissing("api", "/var/log/a"),
    numbers: {},
    line: /warn .*fact=file_missing/,
  },
  {
    when: "bytes are lost",
    state: (t) => t.bytesLost("api", "/var/log/a", 512, "truncated"),
    numbers: { 'file_lost_bytes_total{source="api",reason="truncated"}': "512" },
    line: /error .*fact=bytes_lost .*bytes=512 reason=truncated/,
  },
  {
    when: "there is a gap",
    state: (t) => t.gap("api", "/var/log/a", "generation_missed", "two rotations"),
    numbers: { 'file_gaps_total{source="api",cause="generation_missed"}': "1" },
    line: /error .*fact=gap .*detail="two rotations"/,
  },
  {
    when: "a line is too long",
    state: (t) => t.lineTooLong("api", "/var/log/a", 2_000_000),
    numbers: { 'log_lines_rejected_total{source="api",reason="too_long"}': "1" },
    line: /warn .*fact=line_too_long .*bytes=2000000/,
  },
  {
    when: "the watcher gives up",
    state: (t) => t.watchDegraded("api", true, "ENOSPC", "fs.inotify.max_user_watches"),
    numbers: { 'watch_degraded{source="api"}': "1" },
    line: /warn .*fact=watch_degraded .*remedy=fs\.inotify\.max_user_watches/,
  },
  {
    when: "a message is queued",
    state: (t) => t.queued("slack", "firing"),
    numbers: { 'notifications_total{receiver="slack",kind="firing"}': "1" },
    line: /debug .*fact=message_queued/,
  },
  {
    when: "an attempt succeeds",
    state: (t) => t.attempted("slack", "ok", 80, "ts 1"),
    numbers: {
      'notification_attempts_total{receiver="slack",outcome="ok"}': "1",
      'notification_attempt_duration_seconds_bucket{le="0.05",receiver="slack"}': "0",
      'notification_attempt_duration_seconds_bucket{le="0.1",receiver="slack"}': "1",
    },
    line: /debug .*fact=message_attempted .*outcome=ok duration_ms=80/,
  },
  {
    when: "an attempt fails",
    state: (t) => t.attempted("slack", "rate_limited", 80, "told to wait 30 s"),
    numbers: { 'notification_attempts_total{receiver="slack",outcome="rate_limited"}': "1" },
    line: /warn .*outcome=rate_limited .*detail="told to wait 30 s"/,
  },
  {
    when: "a message is delivered",
    state: (t) => t.delivered("slack", "resolved", 90_000, "01J"),
    numbers: {
      'notifications_delivered_total{receiver="slack",kind="resolved"}': "1",
      'notification_delay_seconds_bucket{le="60",receiver="slack"}': "0",
      'notification_delay_seconds_bucket{le="120",receiver="slack"}': "1",
    },
    line: /info .*fact=message_delivered .*delay_seconds=90/,
  },
  {
    when: "a message is given up",
    state: (t) => t.failed("slack", "expired", "firing", `everything ${"x".repeat(600)} end`),
    numbers: { 'notifications_failed_total{receiver="slack",reason="expired"}': "1" },
    line: /error .*fact=message_failed .*content="everything x{600} end"/,
  },
  {
    when: "a message is merged",
    state: (t) => t.coalesced("slack", "update"),
    numbers: {},
    line: /debug .*fact=message_coalesced/,
  },
  {
    when: "a message goes to the fallback",
    state: (t) => t.fallback("slack", "lead", "01J"),
    numbers: { 'fallback_notifications_total{receiver="slack",fallback="lead"}': "1" },
    line: /warn .*fact=fallback_used/,
  },
  {
    when: "a receiver is left alone",
    state: (t) => t.circuit("slack", true),
    numbers: {},
    line: /error .*fact=receiver_circuit receiver=slack open=true/,
  },
  {
    when: "the rules are evaluated",
    state: (t) => t.evaluated(["revoked"], NOON),
    numbers: {
      'evaluations_total{rule="revoked"}': "1",
      last_evaluation_timestamp_seconds: String(NOON / 1000),
    },
    line: null,
  },
  {
    when: "the state is saved",
    state: (t) => t.stateSaved(NOON),
    numbers: {
      'state_saves_total{outcome="ok"}': "1",
      state_last_save_timestamp_seconds: String(NOON / 1000),
    },
    line: null,
  },
  {
    when: "the state cannot be saved",
    state: (t) => t.stateSaveFailed("ENOSPC"),
    numbers: { 'state_saves_total{outcome="error"}': "1" },
    line: /error .*fact=state_save_failed detail=ENOSPC/,
  },
  {
    when: "the configuration is loaded",
    state: (t) => t.configLoaded(NOON),
    numbers: {
      config_last_reload_successful: "1",
      config_last_reload_success_timestamp_seconds: String(NOON / 1000),
    },
    line: /info .*fact=config_loaded/,
  },
  {
    when: "a reload is refused",
    state: (t) => t.configRefused(["a.yaml:3:1 unknown key"]),
    numbers: { config_last_reload_successful: "0" },
    line: /error .*fact=config_refused finding="a\.yaml:3:1 unknown key"/,
  },
  {
    when: "a heartbeat is accepted",
    state: (t) => t.heartbeatSent(NOON),
    numbers: { heartbeat_last_success_timestamp_seconds: String(NOON / 1000) },
    line: null,
  },
  {
    when: "a heartbeat is not accepted",
    state: (t) => t.heartbeatFailed("503"),
    numbers: {},
    line: /warn .*fact=heartbeat_failed/,
  },
  {
    when: "a request is answered",
    state: (t) => t.requestAnswered("/metrics", 200),
    numbers: { 'http_requests_total{handler="/metrics",code="200"}': "1" },
    line: /trace .*fact=request_answered/,
  },
];

/** The samples that carry an exemplar after one event with this id. */
async function exemplars(requestId: string | null): Promise<string[]> {
  const { telemetry } = aTelemetry();
  telemetry.eventCounted(anEvent({ requestId }), NOON);
  const { body, contentType } = await telemetry.scrape("application/openmetrics-text;version=1.0.0");
  assert.equal(contentType, "application/openmetrics-text; version=1.0.0; charset=utf-8");
  assert.ok(!(await telemetry.scrape("text/plain")).body.includes(" # {"));
  return body.split("\n").filter((line) => line.includes(" # {"));
}

describe("telemetry", () => {
  for (const { when, state, numbers, line } of CASES) {
    it(`counts and writes once when ${when}`, async () => {
      const { telemetry, lines, value } = aTelemetry();
      state(telemetry);
      for (const [series, expected] of Object.entries(numbers)) {
        assert.equal(await value(series), expected, series);
      }
      assert.equal(lines.length, line === null ? 0 : 1);
      if (line !== null) assert.match(lines[0] ?? "", line);
    });
  }

  it("shows every series that the configuration makes known at 0", async () => {
    const { value } = aTelemetry();
    for (const series of [
      'log_lines_total{source="api"}',
      'log_lines_rejected_total{source="api",reason="too_deep"}',
      'file_gaps_total{source="api",cause="gzip_corrupt"}',
      'incident_transitions_total{rule="revoked",event="escalated"}',
      'notifications_suppressed_total{rule="revoked",reason="recurring"}',
      'incidents{rule="revoked",state="firing"}',
      'notifications_delivered_total{receiver="lead",kind="firing"}',
      'notification_attempts_total{receiver="slack",outcome="auth"}',
      'notification_delay_seconds_count{receiver="slack"}',
      'fallback_notifications_total{receiver="slack",fallback="lead"}',
      'state_saves_total{outcome="error"}',
      'log_messages_total{level="error"}',
      'redactions_total{pattern="slack_token"}',
      'silences{state="active"}',
    ]) {
      assert.equal(await value(series), "0", series);
    }
  });

  it("has a series of every counter at the start, but where a log or a client brings the label", async () => {
    const { series } = aTelemetry();
    const shown = await series("");
    const unborn = Object.entries(CATALOGUE)
      .filter(([name, { type }]) => type === "counter" && !shown.some((line) => line.startsWith(`${name}{`)))
      .map(([name]) => name);
    assert.deepEqual(unborn, ["http_requests_total", "events_total"]);
  });

  it("shows no time of something that has not happened", async () => {
    const { series } = aTelemetry();
    const times = (await series("")).filter((line) => line.includes("_timestamp_seconds"));
    assert.deepEqual(
      times.map((line) => line.split(" ")[0]),
      ["last_scrape_timestamp_seconds"],
    );
  });

  it("keeps what was counted over a reload", async () => {
    const { telemetry, value } = aTelemetry();
    telemetry.linesRead("api", 3, 120, null);
    telemetry.attach({ sources: ["api", "new"], rules: [], receivers: [] }, EMPTY_VIEWS);
    assert.equal(await value('log_lines_total{source="api"}'), "3");
    assert.equal(await value('log_lines_total{source="new"}'), "0");
  });

  it("keeps the newest time when older lines and events follow", async () => {
    const { telemetry, value } = aTelemetry();
    telemetry.linesRead("api", 1, 1, NOON);
    telemetry.linesRead("api", 1, 1, NOON - 5_000);
    telemetry.eventCounted(anEvent({ timeMs: NOON }), NOON);
    telemetry.eventCounted(anEvent({ timeMs: NOON - 5_000 }), NOON);
    assert.equal(await value('last_line_timestamp_seconds{source="api"}'), String(NOON / 1000));
    assert.equal(await value('last_event_timestamp_seconds{rule="revoked"}'), String(NOON / 1000));
  });

  it("shows the request id as exemplar in OpenMetrics only, and only when it is one visible word", async () => {
    const [line = "", ...more] = await exemplars('req"\\1');
    assert.deepEqual(more, []);
    assert.match(
      line,
      /^revokewatch_events_total\{rule="revoked",service="checkout"\} 1 # \{request_id="req\\"\\\\1"\} 1 \d+/,
    );
    for (const id of [null, "", "two words", "naïve", "line\nbreak", "x".repeat(101)]) {
      assert.deepEqual(await exemplars(id), [], String(id));
    }
    assert.equal((await exemplars("x".repeat(100))).length, 1);
  });

  it("counts every noisy fact and writes the first and then one a minute, with how many were held back", async () => {
    const { telemetry, lines, clock, value } = aTelemetry();
    for (let time = 0; time < 5; time += 1) telemetry.lineTooLong("api", "/a", 9);
    await clock.advance(59_999);
    telemetry.lineTooLong("api", "/a", 9);
    assert.equal(lines.length, 1);
    await clock.advance(1);
    telemetry.lineTooLong("api", "/a", 9);
    assert.equal(lines.length, 2);
    assert.match(lines[1] ?? "", /held_back=5/);
    assert.equal(await value('log_lines_rejected_total{source="api",reason="too_long"}'), "7");
  });

  it("writes another reason at once", () => {
    const { telemetry, lines } = aTelemetry();
    telemetry.lineRejected("api", "not_json");
    telemetry.lineRejected("api", "where");
    telemetry.lineRejected("other", "where");
    telemetry.lineRejected("other", "where");
    assert.equal(lines.length, 3);
  });

  it("gives a rule 50 services and folds the rest into `other`", async () => {
    const { telemetry, series, value } = aTelemetry();
    for (let at = 0; at < 1_000; at += 1) telemetry.eventCounted(anEvent({ service: `svc-${at}` }), NOON);
    telemetry.eventCounted(anEvent({ service: "svc-0" }), NOON);
    assert.equal((await series("events_total{")).length, 51);
    assert.equal(await value('events_total{rule="revoked",service="other"}'), "950");
    assert.equal(await value('events_total{rule="revoked",service="svc-0"}'), "2");
    assert.equal(await value('label_overflow_events_total{rule="revoked"}'), "950");
    telemetry.groupOverflow("revoked");
    assert.equal(
      await value('label_overflow_events_total{rule="revoked"}'),
      "950",
      "its event was counted above",
    );
  });
});
