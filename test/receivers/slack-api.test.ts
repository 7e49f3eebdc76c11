// What a person finds in the Slack channel after an incident, whatever went wrong on the way.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Secret } from "../../src/config/secrets.ts";
import type { TransitionEvent } from "../../src/core/incidents/transition.ts";
import type { Message, Outcome } from "../../src/receivers/receiver.ts";
import { slackApiReceiver } from "../../src/receivers/slack-api.ts";
import { slackClient } from "../../src/receivers/slack-client.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { type FakeSlack, fakeSlack } from "../support/fake-slack.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";
import { patience } from "../support/patience.ts";

const client = slackClient();
const MENTION = "<!subteam^S0123456>";

interface Story extends AsyncDisposable {
  readonly slack: FakeSlack;
  /** Says one event, with the reference of the one before, as the outbox would. */
  say(event: TransitionEvent, fields?: Partial<Message>): Promise<Outcome>;
}

async function story(scopes: readonly string[] = []): Promise<Story> {
  const slack = await fakeSlack({ scopes });
  const options = {
    form: "api",
    token: Secret.literal("xoxb-fake"),
    channel: "C0123456789",
    apiUrl: slack.url,
    mention: { critical: MENTION },
  } as const;
  const receiver = slackApiReceiver(receiverSetup(new FakeClock()), options, client, 1000);
  let reference: string | null = null;
  let sequence = 0;
  return {
    slack,
    async say(event, fields = {}) {
      sequence += 1;
      const said = message(transition(event), { sequence, reference, ...fields });
      const outcome = await receiver.deliver(said, patience());
      reference = outcome.reference ?? reference;
      return outcome;
    },
    [Symbol.asyncDispose]: () => slack.stop(),
  };
}

const mentions = (value: unknown): boolean => JSON.stringify(value).includes(MENTION);
const header = (blocks: readonly unknown[]): string =>
  (blocks[0] as { text?: { text?: string } } | undefined)?.text?.text ?? "";

describe("slack over the Web API", () => {
  it("tells an incident as one message, edited to the end, with its story in the thread", async () => {
    await using told = await story();
    for (const event of ["firing", "update", "acked", "resolved"] as const) {
      assert.equal((await told.say(event)).kind, "delivered");
    }
    const [parent, ...replies] = told.slack.channel("alerts");
    assert.ok(parent);
    assert.equal(parent.edits, 3);
    assert.equal(header(parent.blocks), "🟢 Resolved: api_key_revoked spike: checkout");
    assert.deepEqual(
      replies.map(({ threadTs, text }) => [threadTs === parent.ts, text]),
      [
        [true, "CRITICAL api_key_revoked: 82 in 5m (usual 1.2) checkout - growing - 7F3K"],
        [true, "CRITICAL api_key_revoked: 37 in 5m (usual 1.2) checkout - acknowledged - 7F3K"],
        [true, "RESOLVED api_key_revoked: 312 in 24m9s, peak 41/min, checkout - 7F3K"],
      ],
    );
  });

  it("reports the end of a silence below the incident and leaves the incident as it stands", async () => {
    await using told = await story();
    await told.say("firing");
    await told.say("silence_ended");
    const [parent, report] = told.slack.channel("alerts");
    assert.equal(parent?.edits, 0);
    assert.match(report?.text ?? "", /^SILENCE ENDED/);
    assert.equal(report?.threadTs, parent?.ts);
  });

  it("shows to the whole channel that an incident breaks through a silence", async () => {
    await using told = await story();
    await told.say("firing");
    await told.say("silence_exceeded");
    assert.equal(told.slack.channel("alerts")[1]?.broadcast, true);
  });

  it("says in one message that an incident fired and was resolved", async () => {
    await using told = await story();
    await told.say("resolved");
    const messages = told.slack.channel("alerts");
    assert.equal(messages.length, 1);
    assert.equal(header(messages[0]?.blocks ?? []), "🟢 Fired and resolved: api_key_revoked spike: checkout");
  });

  it("sends the flags that keep text from growing links and previews with posts and edits alike", async () => {
    await using told = await story();
    await told.say("firing");
    await told.say("update");
    assert.deepEqual(
      told.slack.calls.map(({ method }) => method),
      ["chat.postMessage", "chat.update", "chat.postMessage"],
    );
    for (const { args } of told.slack.calls) {
      const { unfurl_links, unfurl_media, link_names, parse } = args;
      assert.deepEqual([unfurl_links, unfurl_media, link_names, parse], [false, false, false, "none"]);
    }
  });

  it("gives the same client_msg_id to every attempt at one delivery, and another to the next", async () => {
    await using told = await story();
    told.slack.fault({ kind: "status", status: 500 });
    await told.say("firing", { sequence: 1 });
    await told.say("firing", { sequence: 1 });
    await told.say("resolved", { sequence: 2 });
    const ids = told.slack.calls.flatMap(({ args }) =>
      args["client_msg_id"] === undefined ? [] : [args["client_msg_id"]],
    );
    assert.match(String(ids[0]), /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(ids[0], ids[1]);
    assert.notEqual(ids[0], ids[2]);
  });

  it("calls people when it fires and escalates, not when it repeats", async () => {
    await using told = await story();
    for (const event of ["firing", "repeat", "escalated"] as const) await told.say(event);
    const [, repeat, escalated] = told.slack.channel("alerts");
    const [fired] = told.slack.calls;
    assert.deepEqual(
      [mentions(fired?.args["blocks"]), mentions(repeat), mentions(escalated)],
      [true, false, true],
    );
    assert.deepEqual([repeat?.broadcast, escalated?.broadcast], [false, true]);
  });

  it("calls nobody for a test", async () => {
    await using told = await story();
    await told.say("firing", { transition: transition("firing", {}, { test: true }) });
    assert.ok(!JSON.stringify(told.slack.channel("alerts")).includes(MENTION));
  });

  const LADDER = [
    { refused: 0, rung: "everything", blocks: 7, ids: true },
    { refused: 1, rung: "no lists", blocks: 4, ids: false },
    { refused: 2, rung: "text only", blocks: 0, ids: false },
  ];
  for (const { refused, rung, blocks, ids } of LADDER) {
    it(`says ${rung} after Slack has refused ${refused} forms of it`, async () => {
      await using told = await story();
      told.slack.fault({ kind: "error", error: "msg_blocks_too_long" }, { times: refused });
      assert.equal(
        (await told.say("firing", { transition: transition("firing", { severity: "warning" }) })).kind,
        "delivered",
      );
      const [posted] = told.slack.channel("alerts");
      assert.equal(posted?.blocks.length, blocks);
      assert.equal(JSON.stringify(posted?.blocks).includes("req_01HZX4"), ids);
      assert.match(posted?.text ?? "", /^WARNING api_key_revoked: 37 in 5m/);
    });
  }

  it("posts anew when the message it would edit is gone, and goes on from there", async () => {
    await using told = await story();
    await told.say("firing");
    told.slack.delete("alerts", told.slack.channel("alerts")[0]?.ts ?? "");
    await told.say("update");
    await told.say("resolved");
    const [parent, reply] = told.slack.channel("alerts");
    assert.equal(parent?.threadTs, null);
    assert.equal(header(parent?.blocks ?? []), "🟢 Resolved: api_key_revoked spike: checkout");
    assert.equal(reply?.threadTs, parent?.ts);
  });

  it("posts anew when Slack no longer lets the message be edited", async () => {
    await using told = await story();
    await told.say("firing");
    told.slack.fault({ kind: "error", error: "edit_window_closed" }, { method: "chat.update" });
    await told.say("resolved");
    const [old, fresh] = told.slack.channel("alerts");
    assert.equal(header(old?.blocks ?? []), "🔴 api_key_revoked spike: checkout");
    assert.equal(fresh?.threadTs, null);
    assert.equal(header(fresh?.blocks ?? []), "🟢 Resolved: api_key_revoked spike: checkout");
  });

  it("answers in the thread although the edit of the first message failed", async () => {
    await using told = await story();
    await told.say("firing");
    told.slack.fault({ kind: "rate_limited", retryAfter: "30" }, { method: "chat.update" });
    const outcome = await told.say("update");
    assert.equal(outcome.kind, "delivered");
    assert.match(outcome.detail, /not edited: Slack answered 429/);
    assert.equal(told.slack.channel("alerts").length, 2);
  });

  it("tries resolving again until the first message shows it, without saying it twice", async () => {
    await using told = await story();
    await told.say("firing");
    told.slack.fault({ kind: "rate_limited", retryAfter: "30" }, { method: "chat.update" });
    const first = await told.say("resolved", { sequence: 2 });
    assert.equal(first.kind === "failed" && first.class, "rate_limited");
    assert.equal(told.slack.channel("alerts").length, 1);
    await told.say("resolved", { sequence: 2 });
    const [parent, reply] = told.slack.channel("alerts");
    assert.equal(header(parent?.blocks ?? []), "🟢 Resolved: api_key_revoked spike: checkout");
    assert.equal(reply?.threadTs, parent?.ts);
    assert.equal(told.slack.channel("alerts").length, 2);
  });

  it("finds a message whose answer was lost, and goes on below it", async () => {
    await using told = await story(["channels:history"]);
    told.slack.fault({ kind: "lost_answer" });
    const lost = await told.say("firing", { sequence: 1 });
    assert.ok(lost.kind === "failed");
    assert.equal(lost.class, "ambiguous");
    const found = await told.say("firing", { sequence: 1, attempt: 1 });
    assert.match(found.detail, /^was posted before as /);
    await told.say("resolved", { sequence: 2 });
    const [parent, reply, ...others] = told.slack.channel("alerts");
    assert.equal(header(parent?.blocks ?? []), "🟢 Resolved: api_key_revoked spike: checkout");
    assert.equal(reply?.threadTs, parent?.ts);
    assert.deepEqual(others, []);
  });

  it("posts what it looked for and did not find, another's message between or not", async () => {
    await using told = await story(["channels:history"]);
    await told.say("firing", { sequence: 1, deliveryId: "another" });
    await told.say("firing", { sequence: 1, attempt: 1, reference: null });
    assert.equal(told.slack.channel("alerts").length, 2);
  });

  it("posts again when it may not look, and asks for that once", async () => {
    await using told = await story();
    for (const attempt of [1, 2]) await told.say("firing", { sequence: 1, attempt, reference: null });
    assert.equal(told.slack.channel("alerts").length, 2);
    const looked = told.slack.calls.filter(({ method }) => method === "conversations.history");
    assert.equal(looked.length, 1);
  });

  for (const error of ["duplicate_message_not_found", "duplicate_channel_not_found"]) {
    it(`says it without the id of the attempt after ${error}`, async () => {
      await using told = await story();
      told.slack.fault({ kind: "error", error });
      assert.equal((await told.say("firing")).kind, "delivered");
      assert.equal(told.slack.channel("alerts").length, 1);
      assert.equal(told.slack.calls.at(-1)?.args["client_msg_id"], undefined);
    });
  }

  it("uses a token that was replaced in its file at the next delivery", async () => {
    await using slack = await fakeSlack({ token: "xoxb-new" });
    using folder = tempFolder();
    const path = folder.join("token");
    const options = {
      form: "api",
      token: Secret.file(path),
      channel: "alerts",
      apiUrl: slack.url,
      mention: {},
    } as const;
    const receiver = slackApiReceiver(receiverSetup(new FakeClock()), options, client, 1000);
    const kinds: string[] = [];
    for (const token of ["xoxb-old", "xoxb-new\n"]) {
      writeFileSync(path, token);
      kinds.push((await receiver.deliver(message(), patience())).kind);
    }
    assert.deepEqual(kinds, ["failed", "delivered"]);
  });
});
