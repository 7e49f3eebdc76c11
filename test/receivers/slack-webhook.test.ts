// An incident through an incoming webhook: posts that stand for themselves, since nothing can be edited.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret } from "../../src/config/secrets.ts";
import { slackWebhookReceiver } from "../../src/receivers/slack-webhook.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { fakeSlack } from "../support/fake-slack.ts";
import { tinyHttp } from "../support/tiny-http.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";
import { patience } from "../support/patience.ts";

const over = (url: string) =>
  slackWebhookReceiver(
    receiverSetup(new FakeClock()),
    { form: "webhook", url: Secret.literal(url), mention: { critical: "<!here>" } },
    1000,
  );

describe("slack over a webhook", () => {
  it("posts every event, the first and the last in full", async () => {
    await using slack = await fakeSlack();
    const receiver = over(slack.webhookUrl);
    let reference: string | null = null;
    for (const event of ["firing", "update", "resolved"] as const) {
      const outcome = await receiver.deliver(message(transition(event), { reference }), patience());
      assert.equal(outcome.kind, "delivered", outcome.detail);
      reference = outcome.reference;
    }
    const posts = slack.channel("hook");
    assert.deepEqual(
      posts.map(({ blocks }) => (blocks[0] as { type: string }).type),
      ["header", "section", "header"],
    );
    assert.ok(posts.every(({ text }) => text.endsWith("7F3K")));
    const [first, , last] = posts.map(({ blocks }) => JSON.stringify(blocks));
    assert.ok(first?.includes("<!here>"));
    assert.ok(last?.includes("🟢 Resolved: api_key_revoked spike: checkout"));
  });

  it("goes down the ladder when the content is refused", async () => {
    await using slack = await fakeSlack();
    slack.fault({ kind: "status", status: 400 });
    const outcome = await over(slack.webhookUrl).deliver(message(), patience());
    assert.equal(outcome.kind, "delivered");
    assert.equal(slack.channel("hook").length, 1);
    assert.ok(!JSON.stringify(slack.channel("hook")).includes("req_01HZX4"));
  });

  const BRIDGES = ["ok", "", '{"ok":true}'];
  for (const body of BRIDGES) {
    it(`takes ${JSON.stringify(body)} with 200 for accepted`, async () => {
      await using http = await tinyHttp();
      http.answer({ status: 200, body });
      const outcome = await over(`${http.url}/hook`).deliver(message(), patience());
      assert.equal(outcome.kind, "delivered");
    });
  }

  it("names an address that cannot be used without repeating it", async () => {
    const outcome = await over("slack.com/services/T0/B0/s3cret").deliver(message(), patience());
    assert.equal(outcome.kind === "failed" && outcome.class, "auth");
    assert.equal(outcome.detail, "the webhook's address cannot be used: it is no URL");
  });
});
