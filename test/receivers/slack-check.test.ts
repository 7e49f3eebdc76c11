// What `check` is told about Slack, without a message being sent.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret } from "../../src/config/secrets.ts";
import { slackApiReceiver } from "../../src/receivers/slack-api.ts";
import { slackClient } from "../../src/receivers/slack-client.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { fakeSlack } from "../support/fake-slack.ts";
import { message, receiverSetup } from "../support/transitions.ts";
import { patience } from "../support/patience.ts";

const client = slackClient();

describe("slack's check", () => {
  const CHECKS = [
    { name: "a token that works", token: "xoxb-fake", channel: "alerts", kind: "delivered" },
    { name: "a wrong token", token: "xoxb-wrong", channel: "alerts", kind: "failed" },
    { name: "a channel that is not there", token: "xoxb-fake", channel: "C999", kind: "failed" },
  ] as const;
  for (const { name, token, channel, kind } of CHECKS) {
    it(`answers ${kind} for ${name} and posts nothing`, async () => {
      await using slack = await fakeSlack();
      const options = {
        form: "api",
        token: Secret.literal(token),
        channel,
        apiUrl: slack.url,
        mention: {},
      } as const;
      const receiver = slackApiReceiver(receiverSetup(new FakeClock()), options, client, 1000);
      const outcome = await receiver.verify(patience());
      assert.equal(outcome.kind, kind, outcome.detail);
      if (outcome.kind === "failed") assert.equal(outcome.class, "auth");
      assert.equal(slack.channel("alerts").length, 0);
    });
  }

  it("reports a token file that is not there as something for a person", async () => {
    const token = Secret.file("/nonexistent/slack-token");
    const options = {
      form: "api",
      token,
      channel: "C1",
      apiUrl: "http://127.0.0.1:1/",
      mention: {},
    } as const;
    const receiver = slackApiReceiver(receiverSetup(new FakeClock()), options, client, 1000);
    const outcome = await receiver.deliver(message(), patience());
    assert.deepEqual([outcome.kind, outcome.kind === "failed" && outcome.class], ["failed", "auth"]);
    assert.equal(outcome.detail, "cannot read the file of the Slack token: ENOENT");
  });
});
