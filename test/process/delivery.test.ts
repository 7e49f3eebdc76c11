// From a line in a file to what a person sees in Slack, over outages and kills.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { start } from "../support/daemon.ts";
import { type FakeSlack, fakeSlack } from "../support/fake-slack.ts";
import { burst, eventLine, ordinaryLine } from "../support/log-lines.ts";
import { tempFolder } from "../support/temp-folder.ts";

const TOKEN = "xoxb-fake";
const CHANNEL = "C0123456789";
const MINUTE = 60_000;

interface Scene {
  readonly log: string;
  readonly slack: FakeSlack;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

async function scene(test: TestContext): Promise<Scene> {
  const folder = tempFolder();
  const slack = await fakeSlack();
  test.after(async () => {
    await slack.stop();
    folder[Symbol.dispose]();
  });
  const config = folder.join("revokewatch.yaml");
  writeFileSync(config, "version: 1\nrules: [{name: api_key_revoked, threshold: {count: 5, window: 1m}}]\n");
  const log = folder.join("api.log");
  writeFileSync(log, "");
  return {
    log,
    slack,
    args: ["run", "-c", config, "--state-dir", folder.join("state"), "--no-http", log],
    env: { SLACK_BOT_TOKEN: TOKEN, SLACK_CHANNEL: CHANNEL, SLACK_API_URL: slack.url },
  };
}

describe("delivery", () => {
  it("posts one parent, answers in its thread, and edits it when the incident is resolved", async (t) => {
    const { log, slack, args, env } = await scene(t);
    const daemon = start(args, env);
    await daemon.watching();
    const began = Date.now() - 10 * MINUTE;
    appendFileSync(log, burst(30, began, 10));
    await daemon.until("the parent", () => slack.channel(CHANNEL).length === 1);
    appendFileSync(log, ordinaryLine(Date.now()));
    await daemon.until("the end", () => {
      const [parent, ...thread] = slack.channel(CHANNEL);
      return parent !== undefined && parent.edits > 0 && thread.length > 0;
    });
    const [parent, ...thread] = slack.channel(CHANNEL);
    assert.match(parent?.text ?? "", /resolved/i);
    assert.ok(thread.length > 0 && thread.every(({ threadTs }) => threadTs === parent?.ts));
    const shown = JSON.stringify(slack.channel(CHANNEL));
    assert.match(shown, /req_0/);
    assert.match(shown, /checkout/);
    assert.match(shown, /ast_live_…WXYZ/);
    assert.doesNotMatch(shown, /0123456789abcdef/, "the key is masked");
    const { code, stderr, stdout } = await daemon.stop();
    assert.equal(code, 0);
    assert.doesNotMatch(stderr + stdout, /xoxb-fake|0123456789abcdef/, "no secret in any output");
  });

  it("keeps an alert over a Slack outage and a SIGKILL, and delivers it once", async (t) => {
    const { log, slack, args, env } = await scene(t);
    slack.fault({ kind: "status", status: 503 }, { times: Infinity });
    const first = start(args, env);
    await first.watching();
    appendFileSync(log, burst(9, Date.now(), 1));
    await first.until("attempts", () => slack.calls.length >= 2);
    await first.stop("SIGKILL");
    assert.deepEqual(slack.channel(CHANNEL), []);
    slack.heal();
    const second = start(args, env);
    await second.until("the message", () => slack.channel(CHANNEL).length > 0);
    await second.stop();
    const third = start(args, env);
    await third.watching();
    await third.stop();
    assert.equal(slack.channel(CHANNEL).length, 1, "nothing is said twice");
  });

  it("says that the state is not persisted while the disk takes nothing, and no longer when it does", async (t) => {
    const { log, slack, args, env } = await scene(t);
    const daemon = start(args, env);
    await daemon.watching();
    const shown = (): string => JSON.stringify(slack.channel(CHANNEL));
    // As on a full disk: every write of the process fails.
    execFileSync("prlimit", ["--pid", String(daemon.child.pid), "--fsize=0:unlimited"]);
    appendFileSync(log, burst(9, Date.now(), 1));
    await daemon.until("the alert", () => slack.channel(CHANNEL).length > 0);
    assert.match(shown(), /State not persisted/);
    execFileSync("prlimit", ["--pid", String(daemon.child.pid), "--fsize=unlimited:unlimited"]);
    await daemon.until("a save", () => /"fact":"state_save_failed"/.test(daemon.stderr()));
    await sleep(2_500);
    const later = Array.from({ length: 9 }, (_, i) =>
      eventLine({ timeMs: Date.now(), requestId: `later_${i}`, service: "billing" }),
    );
    appendFileSync(log, later.join(""));
    await daemon.until("the second alert", () => shown().includes("billing"));
    const second = slack.channel(CHANNEL).filter((message) => JSON.stringify(message).includes("billing"));
    assert.doesNotMatch(JSON.stringify(second), /State not persisted/);
    await daemon.until("both acceptances", () => daemon.stderr().split('"message_delivered"').length > 2);
    await daemon.stop("SIGKILL");
    const again = start(args, env);
    await again.watching();
    await again.stop();
    const parents = slack.channel(CHANNEL).filter(({ threadTs }) => threadTs === null);
    assert.equal(parents.length, 2, "what was owed was saved: nothing is said twice");
  });

  it("delivers what is due before it ends at SIGTERM", async (t) => {
    const { log, slack, args, env } = await scene(t);
    const daemon = start(args, env);
    await daemon.watching();
    slack.fault({ kind: "status", status: 503 }, { times: 5 });
    appendFileSync(log, burst(9, Date.now(), 1));
    await daemon.until("a few attempts, so that the next is far off", () => slack.calls.length >= 4);
    slack.heal();
    const began = performance.now();
    const { code } = await daemon.stop();
    assert.equal(code, 0);
    assert.ok(performance.now() - began < 10_000, "within ten seconds");
    assert.equal(slack.channel(CHANNEL).length, 1);
  });
});
