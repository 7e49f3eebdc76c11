// A real Prometheus scrapes a real server in both formats and gives our request ids back.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { listen } from "../../src/http/server.ts";
import type { HttpServer } from "../../src/http/server.ts";
import { requireDebian } from "../support/debian.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { actions, views } from "../http/views.ts";
import { aTelemetry, anEvent } from "../telemetry/a-telemetry.ts";

/** A slow machine may need this long for Prometheus to start and scrape twice. */
const PATIENCE_MS = 30_000;

const folder = tempFolder();
const { telemetry } = aTelemetry();
const formats: string[] = [];
let server: HttpServer;
let prometheus: ChildProcess;
let api: string;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

/** What a query gives as soon as it gives anything. */
async function query(path: string): Promise<unknown[]> {
  const endMs = performance.now() + PATIENCE_MS;
  while (performance.now() < endMs) {
    try {
      const response = await fetch(`${api}${path}`);
      const { data } = (await response.json()) as { data: { result?: unknown[] } | unknown[] };
      const found = Array.isArray(data) ? data : (data.result ?? []);
      if (found.length > 0) return found;
    } catch {
      // Not listening yet.
    }
    await delay(200);
  }
  assert.fail(`Prometheus had no answer to ${path} within ${PATIENCE_MS} ms`);
}

describe("prometheus", () => {
  before(async () => {
    const program = requireDebian("prometheus");
    server = await listen({
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
      actions,
      token: () => null,
      onAnswer: (handler, code) => telemetry.requestAnswered(handler, code),
      onError: (error) => assert.fail(String(error)),
    });
    telemetry.eventCounted(anEvent({ timeMs: Date.now(), requestId: "req_01HZX-first/1" }), Date.now());
    const config = {
      global: { scrape_interval: "1s" },
      scrape_configs: [
        { job_name: "revokewatch", static_configs: [{ targets: [`127.0.0.1:${server.port}`] }] },
      ],
    };
    writeFileSync(folder.join("prometheus.yml"), JSON.stringify(config));
    mkdirSync(folder.join("data"));
    const port = await freePort();
    api = `http://127.0.0.1:${port}/api/v1/`;
    prometheus = spawn(
      program,
      [
        `--config.file=${folder.join("prometheus.yml")}`,
        `--storage.tsdb.path=${folder.join("data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--enable-feature=exemplar-storage",
        "--log.level=warn",
      ],
      { stdio: "ignore" },
    );
  });

  after(async () => {
    if (prometheus.exitCode === null) {
      const ended = once(prometheus, "exit");
      prometheus.kill("SIGKILL");
      await ended;
    }
    await server.close();
    folder[Symbol.dispose]();
  });

  it("scrapes OpenMetrics without an error", async () => {
    await query(`query?query=${encodeURIComponent('up{job="revokewatch"} == 1')}`);
    assert.equal(formats.at(-1), "application/openmetrics-text; version=1.0.0; charset=utf-8");
  });

  it("keeps the counters under their own names, also after a scrape as text", async () => {
    const text = await fetch(`${server.url}/metrics`, { headers: { accept: "text/plain" } });
    assert.match(await text.text(), /^revokewatch_events_total\{rule="revoked",service="checkout"\} 1$/m);
    await query(`query?query=${encodeURIComponent('revokewatch_events_total{service="checkout"} == 1')}`);
    await query(`query?query=${encodeURIComponent("revokewatch_event_lag_seconds_count == 1")}`);
  });

  it("returns the request id as exemplar", async () => {
    const selector = encodeURIComponent("revokewatch_events_total");
    const now = Date.now() / 1000;
    const found = await query(`query_exemplars?query=${selector}&start=${now - 600}&end=${now + 600}`);
    const [series] = found as { exemplars: { labels: Record<string, string>; value: string }[] }[];
    assert.deepEqual(series?.exemplars[0]?.labels, { request_id: "req_01HZX-first/1" });
  });

  it("scrapes the text form without an error", async () => {
    // Prometheus itself prefers OpenMetrics, so its own parser gets the text from a target that knows nothing else.
    const port = await freePort();
    const plain = await listen({
      host: "127.0.0.1",
      port,
      views: { ...views, metrics: () => telemetry.scrape("text/plain") },
      actions,
      token: () => null,
      onAnswer() {},
      onError: (error) => assert.fail(String(error)),
    });
    const config = {
      global: { scrape_interval: "1s" },
      scrape_configs: [{ job_name: "plain", static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
    };
    writeFileSync(folder.join("prometheus.yml"), JSON.stringify(config));
    prometheus.kill("SIGHUP");
    await query(`query?query=${encodeURIComponent('up{job="plain"} == 1')}`);
    await query(`query?query=${encodeURIComponent('revokewatch_events_total{job="plain"} == 1')}`);
    await plain.close();
  });
});
