// From a line in a file to what a person sees in Slack, over outages and kills.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { describe, it } from "node:test";
import { burst, ordinaryLine } from "../support/log-lines.ts";
import { CHANNEL, slackScene, TOKEN } from "./slack-scene.ts";

const MINUTE = 60_000;

describe("delivery", () => {
  it("posts one parent, answers in its thread, and edits it when the incident is resolved", async (t) => {
    const { log, slack, run } = await slackScene(t);
    const { daemon } = await run();
    const began = Date.now() - 10 * MINUTE;
    appendFileSync(log, burst(30, began, 10));
    const parent = await daemon.until("the parent", () => slack.channel(CHANNEL)[0]);
    appendFileSync(log, ordinaryLine(Date.now()));
    await daemon.until("the edit", () => /resolved/i.test(parent.text));
    await daemon.until("the answer", () => slack.channel(CHANNEL).length > 1);
    const [, ...thread] = slack.channel(CHANNEL);
    assert.ok(thread.every(({ threadTs }) => threadTs === parent.ts));
    const shown = JSON.stringify(slack.channel(CHANNEL));
    assert.match(shown, /req_0/);
    assert.match(shown, /checkout/);
    assert.match(shown, /ast_live_…WXYZ/);
    assert.doesNotMatch(shown, /0123456789abcdef/, "the key is masked");
    const { code, stderr, stdout } = await daemon.stop();
    assert.equal(code, 0);
    assert.doesNotMatch(stderr + stdout, new RegExp(`${TOKEN}|0123456789abcdef`), "no secret in any output");
  });

  it("keeps an alert over a Slack outage and a SIGKILL, and delivers it once", async (t) => {
    const { slack, run, launch, events } = await slackScene(t);
    slack.fault({ kind: "status", status: 503 }, { times: Infinity });
    const { daemon: first } = await run();
    events(9);
    await first.until("attempts", () => slack.calls.length >= 2);
    await first.stop("SIGKILL");
    assert.deepEqual(slack.channel(CHANNEL), []);
    slack.heal();
    const second = launch();
    await second.until("the message", () => slack.channel(CHANNEL).length > 0);
    await second.stop();
    const { daemon: third } = await run();
    await third.stop();
    assert.equal(slack.channel(CHANNEL).length, 1, "nothing is said twice");
  });

  it("says that the state is not persisted while the disk takes nothing, and no longer when it does", async (t) => {
    const { slack, run, events } = await slackScene(t);
    const { daemon, url } = await run();
    const saved = async (): Promise<boolean> => {
      const status = (await (await fetch(`${url}/api/v1/status`)).json()) as { state_saved: boolean };
      return status.state_saved;
    };
    const shown = (): string => JSON.stringify(slack.channel(CHANNEL));
    // As on a full disk: every write of the process fails.
    execFileSync("prlimit", ["--pid", String(daemon.child.pid), "--fsize=0:unlimited"]);
    events(9);
    await daemon.until("the alert", () => slack.channel(CHANNEL).length > 0);
    assert.match(shown(), /State not persisted/);
    assert.equal(await saved(), false);
    assert.match(daemon.stderr(), /"fact":"state_save_failed"/);
    execFileSync("prlimit", ["--pid", String(daemon.child.pid), "--fsize=unlimited:unlimited"]);
    await daemon.until("a save", saved);
    events(9, "later", "billing");
    await daemon.until("the second alert", () => shown().includes("billing"));
    const second = slack.channel(CHANNEL).filter((message) => JSON.stringify(message).includes("billing"));
    assert.doesNotMatch(JSON.stringify(second), /State not persisted/);
    await daemon.until("both acceptances", () => daemon.stderr().split('"message_delivered"').length > 2);
    // An answer comes after the turn in which the acceptance was logged and committed.
    await saved();
    await daemon.stop("SIGKILL");
    const { daemon: again } = await run();
    await again.stop();
    const parents = slack.channel(CHANNEL).filter(({ threadTs }) => threadTs === null);
    assert.equal(parents.length, 2, "what was owed was saved: nothing is said twice");
  });

  it("delivers what is due before it ends at SIGTERM", async (t) => {
    const { slack, run, events } = await slackScene(t);
    const { daemon } = await run();
    slack.fault({ kind: "status", status: 503 }, { times: 5 });
    events(9);
    await daemon.until("a few attempts, so that the next is far off", () => slack.calls.length >= 4);
    slack.heal();
    const { code } = await daemon.stop();
    assert.equal(code, 0);
    assert.equal(slack.channel(CHANNEL).length, 1);
  });
});
