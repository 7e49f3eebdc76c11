// A real Prometheus scrapes a real server, in both formats, over TLS and with a password, and gives our request ids back.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { HttpServer } from "../../src/http/server.ts";
import { freePort } from "../support/free-port.ts";
import { type Prometheus, startPrometheus } from "../support/prometheus.ts";
import { tempFolder } from "../support/temp-folder.ts";
import {
  PASSWORD,
  placeCertificate,
  TLS_LINES,
  USER,
  USER_LINES,
  webConfigIn,
} from "../support/web-config.ts";
import { actions, listenTo, views } from "../http/views.ts";
import { aTelemetry, anEvent } from "../telemetry/a-telemetry.ts";

const folder = tempFolder();
const { telemetry } = aTelemetry();
const formats: string[] = [];
let server: HttpServer;
let prometheus: Prometheus;

const face = {
  views,
  actions,
  token: () => null,
  onAnswer: (handler: string, code: number) => telemetry.requestAnswered(handler, code),
  onError: (error: unknown) => assert.fail(String(error)),
};

const job = (name: string, port: number, more: object = {}) => ({
  job_name: name,
  static_configs: [{ targets: [`127.0.0.1:${port}`] }],
  ...more,
});

describe("prometheus", () => {
  before(async () => {
    server = await listenTo({
      ...face,
      host: "127.0.0.1",
      port: 0,
      views: {
        ...views,
        async metrics(accept) {
          const scrape = await telemetry.scrape(accept);
          formats.push(scrape.contentType);
          return scrape;
        },
      },
    });
    telemetry.eventCounted(anEvent({ timeMs: Date.now(), requestId: "req_01HZX-first/1" }), Date.now());
    prometheus = await startPrometheus(folder, [job("revokewatch", server.port)]);
  });

  after(async () => {
    await prometheus.stop();
    await server.close();
    folder[Symbol.dispose]();
  });

  it("scrapes OpenMetrics without an error", async () => {
    await prometheus.query('up{job="revokewatch"} == 1');
    assert.equal(formats.at(-1), "application/openmetrics-text; version=1.0.0; charset=utf-8");
  });

  it("keeps the counters under their own names, also after a scrape as text", async () => {
    const text = await fetch(`${server.url}/metrics`, { headers: { accept: "text/plain" } });
    assert.match(await text.text(), /^revokewatch_events_total\{rule="revoked",service="checkout"\} 1$/m);
    await prometheus.query('revokewatch_events_total{service="checkout"} == 1');
    await prometheus.query("revokewatch_event_lag_seconds_count == 1");
  });

  it("returns the request id as exemplar", async () => {
    const selector = encodeURIComponent("revokewatch_events_total");
    const now = Date.now() / 1000;
    const path = `query_exemplars?query=${selector}&start=${now - 600}&end=${now + 600}`;
    const [series] = (await prometheus.api(path)) as {
      exemplars: { labels: Record<string, string>; value: string }[];
    }[];
    assert.deepEqual(series?.exemplars[0]?.labels, { request_id: "req_01HZX-first/1" });
  });

  it("scrapes over TLS, with a certificate of its own and a password, and not without", async () => {
    placeCertificate(folder);
    placeCertificate(folder, "client");
    const client = { cert_file: folder.join("server.crt"), key_file: folder.join("server.key") };
    using served = tempFolder();
    placeCertificate(served);
    const text =
      `${TLS_LINES}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n` +
      `  client_allowed_sans: [prometheus.example]\n${USER_LINES}`;
    const safe = await listenTo({
      ...face,
      host: "127.0.0.1",
      port: 0,
      web: await webConfigIn(served, text),
      views: { ...views, metrics: (accept) => telemetry.scrape(accept) },
    });
    const tls = { ca_file: folder.join("ca.crt"), ...client };
    const login = { username: USER, password: PASSWORD };
    prometheus.scrape([
      job("safe", safe.port, { scheme: "https", tls_config: tls, basic_auth: login }),
      job("nobody", safe.port, { scheme: "https", tls_config: tls }),
      job("bare", safe.port, { scheme: "https", tls_config: { ca_file: tls.ca_file }, basic_auth: login }),
    ]);
    await prometheus.query('up{job="safe"} == 1');
    await prometheus.query('revokewatch_events_total{job="safe"} == 1');
    await prometheus.query('up{job="nobody"} == 0');
    await prometheus.query('up{job="bare"} == 0');
    await safe.close();
  });

  it("scrapes the text form without an error", async () => {
    // Prometheus itself prefers OpenMetrics, so its own parser gets the text from a target that knows nothing else.
    const port = await freePort();
    const plain = await listenTo({
      ...face,
      host: "127.0.0.1",
      port,
      views: { ...views, metrics: () => telemetry.scrape("text/plain") },
    });
    prometheus.scrape([job("plain", port)]);
    await prometheus.query('up{job="plain"} == 1');
    await prometheus.query('revokewatch_events_total{job="plain"} == 1');
    await plain.close();
  });
});
