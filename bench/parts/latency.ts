// From the write of a line to the request that reaches Slack. Every line is the first event of another service, and the
// rule fires at one, so that each makes a message of its own.

import { appendFileSync, closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fakeSlack } from "../../test/support/fake-slack.ts";
import { eventLine } from "../../test/support/log-lines.ts";
import { daemon, folder } from "../daemon.ts";
import { logLine, mulberry32 } from "../data.ts";
import type { Part, Row } from "../part.ts";

const IDLE_WRITES = 200;
const BUSY_WRITES = 40;
/** Longer than a file stays hot, so that each write finds the daemon waiting for a hint. */
const QUIET_MS = 400;
/** A first message loads Slack's client; it is sent before anything is measured. */
const WARM_MS = 1500;
const BUSY_LINES = 100;
const TICK_MS = 10;

export const latency: Part = {
  name: "latency",
  title: "From the write of a line to the request at Slack",
  async measure(note) {
    const rows: Row[] = [];
    for (const busy of [false, true]) {
      note(busy ? "under 10,000 lines/s" : "idle");
      rows.push(await measured(busy));
    }
    return rows;
  },
};

async function measured(busy: boolean): Promise<Row> {
  using place = folder();
  await using slack = await fakeSlack();
  const config = join(place.path, "revokewatch.yaml");
  // Without a budget: people are not sent two hundred messages one by one.
  const receiver = `{name: slack, budget: null, slack: {token_file: token, channel: C0123456789, api_url: "${slack.url}"}}`;
  writeFileSync(join(place.path, "token"), "xoxb-fake", { mode: 0o600 });
  writeFileSync(
    config,
    `version: 1\nrules: [{name: r, threshold: {count: 1, window: 1m}}]\nreceivers: [${receiver}]\n`,
  );
  const log = join(place.path, "api.log");
  writeFileSync(log, "");
  using _running = await daemon([
    "--config",
    config,
    "--state-dir",
    join(place.path, "state"),
    "--no-http",
    log,
  ]);
  const traffic = new AbortController();
  const writing = busy ? writeLines(log, traffic.signal) : Promise.resolve();
  await oneMessage(log, "warm", () => slack.calls.length);
  await sleep(WARM_MS);
  const took: number[] = [];
  const count = busy ? BUSY_WRITES : IDLE_WRITES;
  for (let n = 0; n < count; n++) {
    took.push(await oneMessage(log, `service-${n}`, () => slack.calls.length));
    await sleep(QUIET_MS);
  }
  traffic.abort();
  await writing;
  took.sort((a, b) => a - b);
  const at = (share: number): string => (took[Math.ceil(took.length * share) - 1] ?? Number.NaN).toFixed(1);
  const writes = String(count);
  return { log: busy ? "10,000 lines/s" : "idle", writes, "p50 ms": at(0.5), "p99 ms": at(0.99) };
}

/** Milliseconds until the fake Slack has one call more. */
async function oneMessage(log: string, service: string, calls: () => number): Promise<number> {
  const before = calls();
  const began = performance.now();
  appendFileSync(log, eventLine({ timeMs: Date.now(), requestId: `req_${service}`, service }));
  while (calls() === before) {
    if (performance.now() - began > 30_000) throw new Error(`no message for ${service} within 30 s`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return performance.now() - began;
}

async function writeLines(log: string, stop: AbortSignal): Promise<void> {
  const file = openSync(log, "a");
  const random = mulberry32(7);
  const block = Array.from({ length: BUSY_LINES }, (_, n) => logLine(Date.now(), n, false, random)).join("");
  while (!stop.aborted) {
    writeSync(file, block);
    await sleep(TICK_MS);
  }
  closeSync(file);
}
