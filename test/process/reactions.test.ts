// A sign under the message in Slack, seen by the real daemon: no port is open, nobody calls it.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { FakeSlack } from "../support/fake-slack.ts";
import { CHANNEL, slackScene, type SlackScene } from "./slack-scene.ts";

const QUICK = { NODE_OPTIONS: `--import=${join(import.meta.dirname, "../support/fast-timers.ts")}` };

const scene = (test: TestContext, scopes: readonly string[]): Promise<SlackScene> =>
  slackScene(test, { scopes, people: { U1: "Alice", U2: "Bob" }, env: QUICK });

const titles = (slack: FakeSlack): string => JSON.stringify(slack.channel(CHANNEL)[0]?.blocks[0]);

describe("a sign under the message", () => {
  it("acknowledges, by the name of who left it, and not again after a restart", async (t) => {
    const { slack, run, launch, events } = await scene(t, ["reactions:read", "users:read"]);
    const { daemon: first } = await run();
    events(9);
    const parent = await first.until("the parent", () => slack.channel(CHANNEL)[0]);
    slack.react(CHANNEL, parent.ts, "thumbsup", "U2");
    slack.react(CHANNEL, parent.ts, "eyes", "U1");
    const acked = await first.until("the word", () =>
      first.transitions().find(({ event }) => event === "acked"),
    );
    assert.equal(acked.incident.acked_by, "Alice (U1)");
    await first.until("the edit", () => titles(slack).includes("acknowledged"));
    const answer = await first.until("the answer", () => slack.channel(CHANNEL)[1]);
    assert.match(JSON.stringify(answer), /Acknowledged.*Alice/);
    await first.stop();
    const polls = slack.calls.filter(({ method }) => method === "reactions.get").length;
    const second = launch();
    await second.until("two more looks", () => {
      const now = slack.calls.filter(({ method }) => method === "reactions.get").length;
      return now >= polls + 2;
    });
    await second.stop();
    assert.deepEqual(second.transitions(), [], "a sign speaks once");
    assert.equal(slack.channel(CHANNEL).length, 2, "the parent, and one answer");
  });

  it("is not looked for without the scope, which is said once, and alerts go out as ever", async (t) => {
    const { slack, run, events } = await scene(t, []);
    const { daemon } = await run();
    events(9);
    const parent = await daemon.until("the parent", () => slack.channel(CHANNEL)[0]);
    slack.react(CHANNEL, parent.ts, "eyes", "U1");
    await daemon.until("the remark", () => daemon.stderr().includes("reactions_unreadable"));
    const { code, stderr } = await daemon.stop();
    assert.equal(code, 0);
    assert.equal(slack.calls.filter(({ method }) => method === "reactions.get").length, 1);
    assert.equal(stderr.split("reactions_unreadable").length, 2);
    assert.doesNotMatch(stderr, /xoxb-fake/);
  });
});
