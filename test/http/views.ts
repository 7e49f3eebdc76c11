// Views for the tests of the HTTP server: a small daemon frozen at one moment, with hostile text where a log has its say.

import type { WebConfig } from "../../src/config/web-config.ts";
import { type HttpServer, type HttpSetup, listen, type Patience } from "../../src/http/server.ts";
import type { Change, HttpActions, HttpFace } from "../../src/http/face.ts";
import type {
  Health,
  HttpViews,
  IncidentDetails,
  Status,
  StatusIncident,
  StatusMessage,
  StatusKey,
  StatusSilence,
} from "../../src/http/views.ts";

/** Changed by tests. */
export const health: { -readonly [Name in keyof Health]: Health[Name] } = {
  healthy: true,
  ready: true,
  reason: null,
};

/** What an attacker would have a log say. */
export const HOSTILE = `"><script>alert('x')</script>&\u202e\u001b[2J`;

const firing: StatusIncident = {
  id: "01A",
  short_id: "7F3K",
  rule: "api_key_revoked",
  group: { service: HOSTILE },
  severity: "critical",
  state: "firing",
  started_at: "2026-05-25T12:34:56.789Z",
  resolved_at: null,
  total: 37,
  explanation: "37 in 5m; usual 1.2 (at most 6)",
  acked_by: null,
  peak_per_minute: 12,
  distinct_keys: 1,
  last_event_at: "2026-05-25T12:34:59.000Z",
  hint: HOSTILE,
  request_ids: ["req_1", HOSTILE],
  request_ids_total: 37,
  top: {
    keys: [{ value: "sk_live_…oPq4", count: 37 }],
    services: [{ value: HOSTILE, count: 37 }],
    hosts: [],
  },
  sources: ["api"],
  runbook_url: null,
  doc_url: "https://evil.example/",
};

const resolved: StatusIncident = {
  ...firing,
  id: "01B",
  state: "resolved",
  resolved_at: "2026-05-25T13:00:00.000Z",
};

const silence: StatusSilence = {
  id: "config:weekly",
  name: "weekly",
  state: "active",
  starts_at: "2026-05-25T12:00:00.000Z",
  ends_at: "2026-05-25T14:00:00.000Z",
  recurring: true,
  match: ["service=billing"],
  max_events: 500,
  max_keys: null,
  events: 612,
  keys: 3,
  exceeded: true,
  comment: HOSTILE,
  created_by: "payments",
};

export const key: StatusKey = {
  rule: "api_key_revoked",
  group: { service: HOSTILE },
  key: "sk_live_…oPq4",
  hash: "3f9a0c17d2b45e68",
  first_seen_at: "2026-05-25T12:34:56.789Z",
  last_seen_at: "2026-05-25T12:40:00.000Z",
  count: 37,
  last_service: HOSTILE,
  last_host: null,
  last_request_id: "req_1",
  services: [{ value: HOSTILE, count: 37, last_seen_at: "2026-05-25T12:40:00.000Z" }],
  services_truncated: false,
  hosts: [],
  hosts_truncated: false,
};

export const status: Status = {
  version: "1.2.3",
  host: "host-a",
  started_at: "2026-05-25T12:00:00.000Z",
  at: "2026-05-25T12:35:00.000Z",
  ready: true,
  state_saved: true,
  sources: [
    {
      name: "api",
      kind: "file",
      caught_up: true,
      last_line_at: "2026-05-25T12:34:59.000Z",
      lost_bytes_total: 0,
      gaps_total: 0,
      lines_total: 9,
      files: [{ path: "/var/log/api.log", state: "active", offset: 100, size: 120, lag_bytes: 20 }],
    },
  ],
  groups: [
    {
      rule: "api_key_revoked",
      group: { service: HOSTILE },
      events_total: 99,
      window_seconds: 300,
      window_events: 37,
      expected: 1.234,
      expected_high: 6,
      distinct_keys: 1,
      state: "firing",
      thresholds: [
        { window_seconds: 60, count: 10 },
        { window_seconds: 3600, count: 33 },
      ],
    },
  ],
  incidents: [firing],
  incidents_firing: 1,
  silences: [silence],
  receivers: [
    {
      name: "slack",
      kind: "slack",
      outbox_messages: 2,
      dead_letters: 0,
      circuit_open: true,
      last_check_ok: false,
      last_success_at: null,
      oldest_at: "2026-05-25T12:35:00.000Z",
    },
  ],
};

export const details: IncidentDetails = { ...firing, kept_request_ids: firing.request_ids };

export const views: HttpViews = {
  health: () => health,
  status: () => status,
  incidents: () => [firing, resolved],
  incident: (id) => (id === "01A" ? details : null),
  links: () => ({
    links: [{ label: "Runbook", url: "https://runbooks.example/" }],
    requestId: (id) => (id === "req_1" ? "https://logs.example/?q=req_1" : null),
  }),
  history: (query) => (query.has("incident") ? { problem: "Cannot show a history: no incident." } : []),
  silences: () => [silence],
  keys: (query) => (query.has("rule") ? [key] : { problem: "Cannot list keys: no rule." }),
  outbox: () => [message, { ...message, id: "01B.1.lead", receiver: "lead", state: "waiting" }],
  metrics: (accept) => Promise.resolve({ contentType: `x/${accept}`, body: "metrics\n" }),
};

const message = {
  id: "01A.1.slack",
  receiver: "slack",
  state: "dead",
  queued_at: "2026-05-25T12:35:00.000Z",
  failures: null,
  last_failure: null,
  reason: "payload",
  given_up_at: "2026-05-25T12:36:00.000Z",
} as StatusMessage;

/** What was asked for, in order. */
export const asked: (readonly unknown[])[] = [];

function told(action: string, args: readonly unknown[]): Change {
  asked.push([action, ...args]);
  return { status: 200, body: { done: [], refused: [] } };
}

export const actions: HttpActions = {
  acknowledge: (...args) => {
    asked.push(["acknowledge", ...args]);
    return { status: 200, body: firing };
  },
  addSilence: (...args) => {
    asked.push(["addSilence", ...args]);
    return Promise.resolve({ status: 201, body: silence });
  },
  expireSilence: (...args) => {
    asked.push(["expireSilence", ...args]);
    return { status: 200, body: silence };
  },
  retryMessage: (...args) => told("retryMessage", args),
  retryMessages: (...args) => told("retryMessages", args),
  dropMessage: (...args) => told("dropMessage", args),
  dropMessages: (...args) => told("dropMessages", args),
  reload: () => Promise.resolve(told("reload", [])),
};

/** Changed by tests; null: there is none. */
export const admin: { token: string | null } = { token: null };

/** What a test says of a server: all but the web configuration, which is for those that are about it. */
export type Served = Omit<HttpSetup, "web"> & HttpFace & { readonly web?: WebConfig | null };

/** A server that shows this face from its first moment. */
export async function listenTo(served: Served, patience?: Patience): Promise<HttpServer> {
  const server = await listen({ web: null, ...served }, patience);
  server.show(served);
  return server;
}
