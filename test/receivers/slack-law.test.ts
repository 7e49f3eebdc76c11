// Slack in both of its forms keeps the law of receivers, with every fault that Slack or the network may show.

import { Secret } from "../../src/config/secrets.ts";
import { slackApiReceiver } from "../../src/receivers/slack-api.ts";
import { slackClient } from "../../src/receivers/slack-client.ts";
import { slackWebhookReceiver } from "../../src/receivers/slack-webhook.ts";
import { type LawFault, type ReceiverBench, receiverLaw } from "../laws/receiver-law.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { type Fault, type FakeSlack, fakeSlack } from "../support/fake-slack.ts";
import { receiverSetup } from "../support/transitions.ts";

interface SlackBench extends ReceiverBench {
  readonly slack: FakeSlack;
}

const TOKEN = "xoxb-1111-secret-token";
const NOW_MS = Date.UTC(2026, 4, 25, 12, 35, 1);

function always(
  name: string,
  fault: Fault,
  failureClass: LawFault<SlackBench>["class"],
  retryAfterMs?: number,
) {
  return {
    name,
    arm: (bench: SlackBench) => bench.slack.fault(fault, { times: Number.POSITIVE_INFINITY }),
    class: failureClass,
    silent: fault.kind === "drip" || fault.kind === "hang",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

const FAULTS: readonly LawFault<SlackBench>[] = [
  always("a 429 with seconds", { kind: "rate_limited", retryAfter: "30" }, "rate_limited", 30_000),
  always(
    "a 429 with a date",
    { kind: "rate_limited", retryAfter: new Date(NOW_MS + 90_000).toUTCString() },
    "rate_limited",
    90_000,
  ),
  always("a 429 without a header", { kind: "rate_limited", retryAfter: null }, "rate_limited"),
  always("a 429 with nonsense", { kind: "rate_limited", retryAfter: "soon" }, "rate_limited"),
  always("a 500", { kind: "status", status: 500 }, "transient"),
  always(
    "a 503 with Retry-After",
    { kind: "status", status: 503, headers: { "retry-after": "7" } },
    "rate_limited",
    7000,
  ),
  always("a page of HTML with 200", { kind: "html" }, "transient"),
  always("a page that looks like a code", { kind: "html", page: `<!-- ${TOKEN} -->` }, "transient"),
  always("a reset", { kind: "reset" }, "ambiguous"),
  always("an answer lost after acceptance", { kind: "lost_answer" }, "ambiguous"),
  always("20 MB of answer", { kind: "huge", bytes: 20 * 2 ** 20 }, "ambiguous"),
  always("an answer that drips", { kind: "drip" }, "ambiguous"),
  always("silence", { kind: "hang" }, "ambiguous"),
  always(
    "a redirect",
    { kind: "redirect", location: "http://169.254.169.254/latest/meta-data" },
    "transient",
  ),
];

const hang = (bench: SlackBench): void =>
  bench.slack.fault({ kind: "hang" }, { times: Number.POSITIVE_INFINITY });

function bench(slack: FakeSlack, receiver: SlackBench["receiver"], secrets: readonly string[]): SlackBench {
  return {
    slack,
    receiver,
    secrets,
    reached: () => slack.calls.length,
    [Symbol.asyncDispose]: () => slack.stop(),
  };
}

receiverLaw<SlackBench>({
  name: "slack with a token",
  async open(timeoutMs) {
    const slack = await fakeSlack({ token: TOKEN });
    const options = {
      form: "api",
      token: Secret.literal(TOKEN),
      channel: "C0123456789",
      apiUrl: slack.url,
      mention: {},
    } as const;
    const setup = receiverSetup(new FakeClock(NOW_MS));
    return bench(slack, slackApiReceiver(setup, options, slackClient(), timeoutMs), [TOKEN]);
  },
  faults: [
    ...FAULTS,
    always("invalid_auth", { kind: "error", error: "invalid_auth" }, "auth"),
    always("not_in_channel", { kind: "error", error: "not_in_channel" }, "auth"),
    always("ratelimited in a 200", { kind: "error", error: "ratelimited" }, "rate_limited"),
    always("internal_error", { kind: "error", error: "internal_error" }, "ambiguous"),
    always("invalid_blocks on every rung", { kind: "error", error: "invalid_blocks" }, "payload"),
    always("a code it does not know", { kind: "error", error: "brand_new_error" }, "transient"),
    { name: "a host that refuses connections", arm: (bench) => bench.slack.stop(), class: "transient" },
  ],
  hang,
});

receiverLaw<SlackBench>({
  name: "slack with a webhook",
  async open(timeoutMs) {
    const slack = await fakeSlack();
    const options = { form: "webhook", url: Secret.literal(slack.webhookUrl), mention: {} } as const;
    const setup = receiverSetup(new FakeClock(NOW_MS));
    return bench(slack, slackWebhookReceiver(setup, options, timeoutMs), [slack.webhookUrl, "T000/B000"]);
  },
  faults: [
    ...FAULTS,
    always("a webhook that is gone", { kind: "status", status: 410 }, "auth"),
    always("a 404", { kind: "status", status: 404 }, "auth"),
    { name: "a host that refuses connections", arm: (bench) => bench.slack.stop(), class: "transient" },
  ],
  hang,
});
