// Transitions as the lifecycle makes them, for tests of everything behind it: one incident at each point of its life.

import type { IncidentView, Transition, TransitionEvent } from "../../src/core/incidents/transition.ts";
import type { Message, ReceiverSetup } from "../../src/receivers/receiver.ts";
import type { Clock } from "../../src/host/clock.ts";

const FIRING: IncidentView = {
  id: "01JW3K7F3KQ2X5T8N4V6B07F3K",
  short_id: "7F3K",
  rule: "api_key_revoked",
  group: { service: "checkout" },
  severity: "critical",
  state: "firing",
  started_at: "2026-05-25T12:34:56.789Z",
  fired_at: "2026-05-25T12:35:01.120Z",
  resolved_at: null,
  last_event_at: "2026-05-25T12:35:00.900Z",
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
  hint: "One key is being retried: its owner still uses a key that was revoked. Tell the owner; nothing else is hit.",
  request_ids: ["req_01HZX4", "req_01HZX5", "req_01HZX6"],
  request_ids_total: 37,
  request_ids_truncated: true,
  top: {
    keys: [{ value: "sk_live_…oPq4", count: 37 }],
    services: [{ value: "checkout", count: 37 }],
    hosts: [{ value: "api-7d9f", count: 37 }],
  },
  rotation: null,
  sparkline: [0, 0, 1, 0, 3, 12, 21],
  doc_url: "https://docs.asterwise.com/reference/errors/api_key_revoked",
  runbook_url: "https://runbooks.example/api-key-revoked",
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
};

const LATER: Partial<Record<TransitionEvent, Partial<IncidentView>>> = {
  update: { count: 82, total: 96, distinct_keys: 3, ratio: 68.3, last_event_at: "2026-05-25T12:38:10.000Z" },
  repeat: { count: 74, total: 1312, last_event_at: "2026-05-25T13:05:01.000Z" },
  acked: { state: "acked", acked_by: "alice", total: 120, last_event_at: "2026-05-25T12:40:00.000Z" },
  escalated: { count: 90, total: 600, last_event_at: "2026-05-25T12:50:00.000Z" },
  resolved: {
    state: "resolved",
    resolved_at: "2026-05-25T12:59:06.000Z",
    ended_as: "back_to_normal",
    count: 4,
    total: 312,
    peak_per_minute: 41,
    distinct_keys: 2,
    last_event_at: "2026-05-25T12:53:40.000Z",
    sparkline: [21, 41, 38, 20, 9, 4, 0, 0],
    rotation: {
      still_seen: 1,
      within_seconds: 600,
      keys_total: 2,
      keys: [
        {
          value: "sk_live_…oPq4",
          hash: "3f9a0c17d2b45e68",
          count: 298,
          first_seen_at: "2026-05-25T12:34:56.789Z",
          last_seen_at: "2026-05-25T12:53:40.000Z",
          last_service: "checkout",
          last_host: "api-7d9f",
        },
        {
          value: "sk_live_…77de",
          hash: "90be11a2c3d4e5f6",
          count: 14,
          first_seen_at: "2026-05-25T12:36:00.000Z",
          last_seen_at: "2026-05-25T12:41:12.000Z",
          last_service: "checkout",
          last_host: null,
        },
      ],
    },
  },
  silence_exceeded: {
    silence: "weekly-rotation",
    explanation: "612 events, more than the 500 that the silence expects",
    count: 612,
    total: 612,
  },
  new_key_notice: {
    severity: "info",
    state: "pending",
    fired_at: null,
    started_at: "2026-05-25T02:00:03.120Z",
    last_event_at: "2026-05-25T02:07:00.000Z",
    count: 2,
    window_seconds: 900,
    expected: null,
    expected_high: null,
    ratio: null,
    probability: null,
    explanation: "2 keys began to fail that were not seen failing in the 30 days before",
    total: 3,
    peak_per_minute: 0,
    distinct_keys: 2,
    shape: "unknown",
    channel: "new_keys",
    hint: "What uses these keys is dead, however seldom it asks: create new keys, deploy them, verify them with GET /v1/keys/me. A revoked key never comes back.",
    request_ids: ["req_01HZX4", "req_01HZX5"],
    request_ids_total: 2,
    request_ids_truncated: false,
    top: {
      keys: [
        { value: "sk_live_…oPq4", count: 2 },
        { value: "sk_live_…77de", count: 1 },
      ],
      services: [{ value: "checkout", count: 3 }],
      hosts: [{ value: "cron-1", count: 3 }],
    },
    sparkline: [],
    doc_url: null,
    sources: [],
  },
  recurring: {
    severity: "info",
    state: "pending",
    fired_at: null,
    started_at: "2026-05-25T02:00:03.120Z",
    last_event_at: "2026-05-25T02:00:41.000Z",
    count: 12,
    window_seconds: 60,
    expected: 0.02,
    expected_high: 2,
    ratio: 600,
    probability: 1e-21,
    explanation: "12 new keys in 1m; usual 0.02 (at most 2); the 6th rise of this size in 28d",
    total: 12,
    peak_per_minute: 12,
    distinct_keys: 12,
    shape: "keys_tried",
    channel: "new_keys",
    hint: "12 keys that were not in use before, from few hosts: somebody may be trying out old keys. Tell security before rotating anything.",
    request_ids: ["req_01HZX4", "req_01HZX5"],
    request_ids_total: 12,
    request_ids_truncated: true,
    top: {
      keys: [
        { value: "sk_live_…oPq4", count: 1 },
        { value: "sk_live_…77de", count: 1 },
      ],
      services: [{ value: "checkout", count: 12 }],
      hosts: [{ value: "edge-1", count: 12 }],
    },
    sparkline: [0, 0, 12],
    doc_url: null,
  },
  silence_ending: {
    silence: "weekly-rotation",
    silenced_until: "2026-05-25T12:50:00.000Z",
    explanation: "the planned rotation CHG-17 ends in 15m and still holds back an incident",
  },
  silence_ended: {
    state: "resolved",
    silence: "weekly-rotation",
    explanation: "412 events and 38 keys, as expected (500 events, 40 keys)",
    count: 0,
    total: 412,
  },
};

/** One transition of the sample incident. @param over fields of the incident that differ. */
export function transition(
  event: TransitionEvent = "firing",
  over: Partial<IncidentView> = {},
  outer: Partial<Omit<Transition, "incident" | "event">> = {},
): Transition {
  const incident = { ...FIRING, ...LATER[event], ...over };
  return {
    version: 1,
    event,
    at: incident.last_event_at,
    late_seconds: 0,
    test: false,
    step: event === "update" ? "growth" : null,
    escalation: [],
    ...outer,
    incident,
  };
}

/** The message that carries it. @param fields whatever differs from a first attempt at a first message. */
export function message(of: Transition = transition(), fields: Partial<Message> = {}): Message {
  const queuedAtMs = Date.parse(of.at);
  const sequence = fields.sequence ?? 1;
  return {
    deliveryId: `${of.incident.id}.${sequence}.test`,
    transition: of,
    sequence,
    attempt: 0,
    others: 0,
    queuedAtMs,
    warnings: [],
    reference: null,
    ...fields,
  };
}

/** What every receiver is given. @param clock a fake one, so that golden messages do not change. */
export function receiverSetup(clock: Clock, fields: Partial<ReceiverSetup> = {}): ReceiverSetup {
  return {
    name: "oncall",
    clock,
    host: "host-a",
    version: "0.1.0",
    allowedLinkHosts: ["docs.asterwise.com"],
    stepMention: () => null,
    requestIdLink: () => "https://logs.example/search?q={request_id}",
    allowLinkLocal: false,
    externalUrl: null,
    ...fields,
  };
}
