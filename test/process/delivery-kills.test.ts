// Killed at random moments in the middle of a spike, with a Slack that fails half of the time, the daemon tells of every
// incident, and tells twice only where it cannot know better. `DELIVERY_KILLS=500` runs the long form.

import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Daemon, start } from "../support/daemon.ts";
import { type Fault, fakeSlack } from "../support/fake-slack.ts";
import { eventLine } from "../support/log-lines.ts";
import { tempFolder } from "../support/temp-folder.ts";

const KILLS = Number(process.env["DELIVERY_KILLS"] ?? 8);
const CHANNEL = "C0123456789";
const EVENTS = 9;
/** From the arrival of a request to the commit that remembers its answer: some 20 ms, and what a busy machine makes of it. */
const WINDOW_MS = 1_000;
/** The slowest thing to wait for at the end is an open circuit. */
const SETTLE_MS = 120_000;

const FAULTS: readonly Fault[] = [
  { kind: "status", status: 503 },
  { kind: "reset" },
  { kind: "lost_answer" },
  { kind: "rate_limited", retryAfter: "1" },
  { kind: "rate_limited", retryAfter: null },
  { kind: "html" },
  { kind: "error", error: "internal_error" },
];

/** One call of chat.postMessage that put a message into the channel. */
interface Accepted {
  readonly id: string;
  readonly life: number;
  readonly atMs: number;
  /** Slack took it, and the daemon could not learn of it. */
  readonly answerLost: boolean;
}

/** Each round raises this many incidents, in services of their own. */
const SERVICES = 2;
const serviceOf = (round: number, n: number): string => `svc-${round}-${n}-end`;
const everyService = Array.from({ length: KILLS * SERVICES }, (_, i) =>
  serviceOf(Math.floor(i / SERVICES), i % SERVICES),
);

function spike(service: string): string {
  return Array.from({ length: EVENTS }, (_, i) =>
    eventLine({ timeMs: Date.now(), requestId: `req_${service}_${i}`, service }),
  ).join("");
}

describe(`delivery over ${KILLS} kills`, () => {
  it("tells of every incident, and twice only inside the window between an answer and its commit", async (t) => {
    let life = 0;
    let sunny = false;
    const accepted: Accepted[] = [];
    const killedAtMs = new Map<number, number>();
    const slack = await fakeSlack({
      weather(call) {
        const fault =
          sunny || Math.random() < 0.5 ? null : (FAULTS[Math.floor(Math.random() * FAULTS.length)] ?? null);
        const posts = call.method === "chat.postMessage" && (fault === null || fault.kind === "lost_answer");
        if (posts) {
          const id = String(call.args["client_msg_id"]);
          accepted.push({ id, life, atMs: performance.now(), answerLost: fault !== null });
        }
        return fault;
      },
    });
    const folder = tempFolder();
    const config = folder.join("revokewatch.yaml");
    writeFileSync(
      config,
      // Without a budget: the long form raises more incidents than are told one by one.
      `version: 1
rules: [{name: api_key_revoked, threshold: {count: 5, window: 1m}}]
receivers: [{name: slack, budget: null, slack: {token: xoxb-fake, channel: ${CHANNEL}, api_url: "${slack.url}"}}]
`,
    );
    const log = folder.join("api.log");
    writeFileSync(log, "");
    const args = ["run", "-c", config, "--state-dir", folder.join("state"), "--no-http", log];
    let daemon: Daemon | undefined;
    t.after(async () => {
      daemon?.child.kill("SIGKILL");
      await slack.stop();
      folder[Symbol.dispose]();
    });
    const launch = (): Daemon => {
      life += 1;
      return (daemon = start(args));
    };
    // The first start ever takes a log from its end.
    const first = launch();
    await first.watching();
    await first.stop();

    for (let round = 0; round < KILLS; round += 1) {
      const calls = slack.calls.length;
      const running = launch();
      for (let n = 0; n < SERVICES; n += 1) appendFileSync(log, spike(serviceOf(round, n)));
      // A third wherever it comes, a third while it works, a third around a request: a busy machine takes long to start.
      if (round % 3 === 0) await sleep(200 + Math.random() * 1_500);
      else if (round % 3 === 1) {
        await running.watching();
        await sleep(Math.random() * 500);
      } else {
        await running.until("a request", () => slack.calls.length > calls);
        await sleep(Math.random() * 40);
      }
      killedAtMs.set(life, performance.now());
      await running.stop("SIGKILL");
    }

    sunny = true;
    const last = launch();
    await last.watching();
    const shown = (): string =>
      slack
        .channel(CHANNEL)
        .map(({ text, blocks }) => text + JSON.stringify(blocks))
        .join("\n");
    const unseen = (): string[] => {
      const text = shown();
      return everyService.filter((service) => !text.includes(service));
    };
    for (const endMs = performance.now() + SETTLE_MS; unseen().length > 0 && performance.now() < endMs;) {
      await sleep(200);
    }
    const { stderr } = await last.stop();
    assert.deepEqual(unseen(), [], stderr.slice(-5_000));

    const heard = new Map<string, Accepted>();
    const counts = { messages: accepted.length, lostAnswer: 0, killedBeforeCommit: 0, longestMs: 0 };
    const unexplained: string[] = [];
    for (const one of accepted) {
      const earlier = heard.get(one.id);
      heard.set(one.id, one);
      if (earlier === undefined) continue;
      const killedAfterMs = (killedAtMs.get(earlier.life) ?? Infinity) - earlier.atMs;
      if (earlier.answerLost) counts.lostAnswer += 1;
      else if (earlier.life < one.life && killedAfterMs < WINDOW_MS) {
        counts.killedBeforeCommit += 1;
        counts.longestMs = Math.max(counts.longestMs, Math.round(killedAfterMs));
      } else
        unexplained.push(`${one.id}: accepted in life ${earlier.life}, ${killedAfterMs} ms before its kill`);
    }
    assert.deepEqual(unexplained, []);
    t.diagnostic(`${KILLS} kills, ${slack.calls.length} calls: ${JSON.stringify(counts)}`);
  });
});
