// Thousands of incidents at once, as a hostile or a very broken log can raise them: what a person sees in the channel,
// what the books say, and what it costs.

import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { start } from "../support/daemon.ts";
import { fakeSlack } from "../support/fake-slack.ts";
import { tempFolder } from "../support/temp-folder.ts";

const CHANNEL = "C0123456789";
/** A rule has room for a thousand groups; ten rules have ten thousand. `FLOOD_RULES=10` is the long form. */
const RULES = Number(process.env["FLOOD_RULES"] ?? 2);
const SERVICES = 1000;
const INCIDENTS = RULES * SERVICES;
const BUDGET = 30;
/** The first digest waits half a minute for what belongs to it. */
const PATIENCE_MS = 240_000;

describe(`${INCIDENTS} incidents at once`, () => {
  it("make bounded messages in bounded memory, and every one is told, digested or given up aloud", async (t) => {
    const folder = tempFolder();
    const slack = await fakeSlack();
    const rules = Array.from(
      { length: RULES },
      (_, i) =>
        `  - {name: rule-${i}, match: {codes: [gone_${i}], phrases: []}, threshold: {count: 1, window: 1m}, notify: [slack]}\n`,
    );
    const receiver = `receivers: [{name: slack, slack: {token_file: token, channel: ${CHANNEL}, api_url: "${slack.url}"}}]`;
    const config = folder.join("revokewatch.yaml");
    writeFileSync(folder.join("token"), "xoxb-fake", { mode: 0o600 });
    writeFileSync(config, `version: 1\nrules:\n${rules.join("")}${receiver}\n`);
    const log = folder.join("api.log");
    writeFileSync(log, "");
    const args = ["-c", config, "--state-dir", folder.join("state"), "--listen", "127.0.0.1:0"];
    const daemon = start(["run", ...args, log]);
    t.after(async () => {
      daemon.child.kill("SIGKILL");
      await slack.stop();
      folder[Symbol.dispose]();
    });
    const url = await daemon.watching();
    const metric = async (name: string): Promise<number> => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const lines = text.split("\n").filter((line) => line.startsWith(`revokewatch_${name}`));
      return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    };
    const time = new Date().toISOString();
    const lines = Array.from({ length: INCIDENTS }, (_, i) => {
      const service = `svc-${i % SERVICES}`;
      return `${JSON.stringify({ level: "error", time, service, error: `gone_${Math.floor(i / SERVICES)}` })}\n`;
    });
    appendFileSync(log, lines.join(""));

    const until = async (what: string, reached: () => Promise<boolean>): Promise<void> => {
      for (const endMs = performance.now() + PATIENCE_MS; !(await reached());) {
        assert.ok(performance.now() < endMs, `waited in vain for ${what}\n${daemon.stderr().slice(-2_000)}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };
    await until("all incidents", async () => (await metric("notifications_total{")) >= INCIDENTS);
    await until("an empty outbox", async () => (await metric('outbox_messages{receiver="slack"}')) === 0);

    const channel = slack.channel(CHANNEL);
    assert.ok(
      channel.length > 0 && channel.length <= BUDGET + 2,
      `${channel.length} messages in the channel`,
    );
    const shown = JSON.stringify(channel);
    assert.match(shown, /this one also stands for \d+ others/);
    assert.match(shown, /messages were given up, since too many waited/);

    const told = await metric("notifications_delivered_total{");
    const digested = await metric('notifications_suppressed_total{rule="rule-');
    const lost = await metric("notifications_failed_total{");
    assert.equal(told + digested + lost, INCIDENTS, "each is in one of the books");
    const printed = new Set(daemon.transitions().map(({ incident }) => incident.id));
    assert.equal(printed.size, INCIDENTS, "stdout has every one whole");
    const written = daemon.stderr().split("\n").slice(0, -1);
    const logged = written.map(
      (line) => JSON.parse(line) as { readonly fact?: string; readonly lines?: number },
    );
    const missing = logged.reduce((sum, { lines = 0 }) => sum + lines, 0);
    const aloud = logged.filter(({ fact }) => fact === "message_failed").length;
    assert.ok(aloud + missing >= lost, `the log has ${aloud} and says that it misses ${missing}, of ${lost}`);

    const status = readFileSync(`/proc/${daemon.child.pid}/status`, "utf8");
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    t.diagnostic(
      `${INCIDENTS} incidents: ${channel.length} messages, ${told} told, ${digested} digested, ${lost} given up, peak ${peak.toFixed(0)} MiB`,
    );
    const { code } = await daemon.stop();
    assert.equal(code, 0);
  });
});
