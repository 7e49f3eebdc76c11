// The outbox in a person's hands: the real daemon, its command line, and what stands in Slack at the end.

import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { type Daemon, type Finished, start } from "../support/daemon.ts";
import type { FakeSlack } from "../support/fake-slack.ts";
import { CHANNEL, slackScene } from "./slack-scene.ts";

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly transition: { readonly event: string };
}

interface Scene {
  readonly slack: FakeSlack;
  readonly daemon: Daemon;
  readonly events: () => void;
  readonly outbox: (...args: readonly string[]) => Promise<Finished>;
  readonly listed: (...args: readonly string[]) => Promise<Listed[]>;
}

async function scene(test: TestContext): Promise<Scene> {
  const { slack, run, events } = await slackScene(test);
  const { daemon, url } = await run();
  const outbox = (...more: readonly string[]): Promise<Finished> =>
    start(["outbox", ...more, "--url", url]).finished();
  return {
    slack,
    daemon,
    events: () => events(9),
    outbox,
    async listed(...more) {
      const { code, stdout, stderr } = await outbox("list", "-o", "json", ...more);
      assert.equal(code, 0, stderr);
      return stdout
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Listed);
    },
  };
}

/** Refused whatever its form, so that it is given up. */
const REFUSED = { kind: "error", error: "invalid_blocks" } as const;

describe("outbox", () => {
  it("lists a message that was given up, and retry brings it into the channel", async (t) => {
    const { slack, daemon, events, outbox, listed } = await scene(t);
    slack.fault(REFUSED, { times: Infinity });
    events();
    const [letter] = await daemon.until("the dead letter", async () => {
      const found = await listed("--dead");
      return found.length > 0 && found;
    });
    assert.deepEqual(
      [letter?.state, letter?.reason, letter?.transition.event],
      ["dead", "payload", "firing"],
    );
    const { stdout } = await outbox("list");
    assert.match(stdout, /ID +RECEIVER +STATE/);
    assert.match(stdout, /slack +dead +firing +checkout .*payload/);
    assert.deepEqual(slack.channel(CHANNEL), []);
    slack.heal();
    const retried = await outbox("retry", letter?.id ?? "");
    assert.deepEqual([retried.code, retried.stdout], [0, `${letter?.id} offered again\n`]);
    await daemon.until("the message", () => slack.channel(CHANNEL).length === 1);
    await daemon.until("an empty outbox", async () => (await listed()).length === 0);
    const again = await outbox("retry", letter?.id ?? "");
    assert.equal(again.code, 1);
    assert.match(again.stderr, /No message in the outbox has this id/);
  });

  it("offers what waits at once, for all of a receiver", async (t) => {
    const { slack, daemon, events, outbox, listed } = await scene(t);
    slack.fault({ kind: "error", error: "invalid_auth" }, { times: Infinity });
    events();
    await daemon.until("the refusal", () => daemon.stderr().includes("was not accepted"));
    assert.equal((await listed()).length, 1, "it waits for a person");
    slack.heal();
    assert.equal((await outbox("retry", "--receiver", "slack")).code, 0);
    await daemon.until("the message", () => slack.channel(CHANNEL).length === 1);
    const unknown = await outbox("retry", "--receiver", "slakc");
    assert.deepEqual([unknown.code, /No receiver has this name/.test(unknown.stderr)], [1, true]);
  });

  it("drops only when a person says so", async (t) => {
    const { slack, daemon, events, outbox, listed } = await scene(t);
    slack.fault(REFUSED, { times: Infinity });
    events();
    await daemon.until("the dead letter", async () => (await listed("--dead")).length > 0);
    const unasked = await outbox("drop", "--receiver", "slack");
    assert.equal(unasked.code, 2);
    assert.match(unasked.stderr, /--yes/);
    assert.equal((await listed()).length, 1);
    assert.equal((await outbox("drop", "--receiver", "slack", "--yes")).code, 0);
    assert.deepEqual(await listed(), []);
    assert.deepEqual(slack.channel(CHANNEL), []);
    assert.equal((await outbox("drop")).code, 2, "nothing is dropped without a name");
  });
});
