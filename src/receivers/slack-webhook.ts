// Slack through an incoming webhook: every message is a post of its own, since a webhook answers with no timestamp that
// could be edited or answered. The incident's short id ties them together for the reader.

import type { Secret } from "../config/secrets.ts";
import { brief } from "./briefing.ts";
import { isPage, openUrl, WELL_FORMED } from "./http-hand-over.ts";
import { exchange, HttpFault, type HttpOrder, REQUEST_TIMEOUT_MS } from "./http-request.ts";
import type { Message, Outcome, Receiver, ReceiverSetup } from "./receiver.ts";
import { parentContent, replyContent, RUNGS, type SlackContent } from "./slack-blocks.ts";
import { slackAnswerFailure, type SlackFailure, slackFaultFailure } from "./slack-errors.ts";
import { type Mentions, mentionFor } from "./slack-mention.ts";

/** What may be configured for the form with a webhook. */
export interface SlackWebhookOptions {
  readonly form: "webhook";
  readonly url: Secret;
  readonly mention: Mentions;
}

/** What later messages of an incident get back: only that there was a first. */
const SAID_BEFORE = JSON.stringify({ posted: true });
const ADDRESS = "the webhook's address";

/** @param timeoutMs for one post; a delivery is at most three, one on each rung. */
export function slackWebhookReceiver(
  setup: ReceiverSetup,
  options: SlackWebhookOptions,
  timeoutMs: number = REQUEST_TIMEOUT_MS,
): Receiver {
  return {
    name: setup.name,
    kind: "slack",
    async deliver(message, signal) {
      const url = openUrl(options.url, ADDRESS);
      if (!(url instanceof URL)) return url;
      const { allowLinkLocal } = setup;
      return deliver(url, message, setup, options, { timeoutMs, allowLinkLocal, signal });
    },
    /** A webhook can only be asked by posting, so only its address is looked at. */
    async verify() {
      const url = openUrl(options.url, ADDRESS);
      return url instanceof URL ? WELL_FORMED : url;
    },
    async close() {},
  };
}

type Bounds = Pick<HttpOrder, "timeoutMs" | "allowLinkLocal" | "signal">;

async function deliver(
  url: URL,
  message: Message,
  setup: ReceiverSetup,
  options: SlackWebhookOptions,
  bounds: Bounds,
): Promise<Outcome> {
  const nowMs = setup.clock.now();
  const briefing = brief(message, setup, nowMs);
  const mention = mentionFor(message.transition, options.mention, setup);
  // The first message tells everything; later ones what is new, except the last, which stands alone in the channel.
  const whole = message.reference === null || message.transition.event === "resolved";
  let failed: SlackFailure | null = null;
  for (const rung of RUNGS) {
    failed = await post(url, (whole ? parentContent : replyContent)(briefing, mention, rung), bounds, nowMs);
    if (failed === null)
      return { kind: "delivered", reference: SAID_BEFORE, detail: "Slack took the message" };
    if (failed.class !== "payload") break;
  }
  const { class: found, ...rest } = failed as SlackFailure;
  return { ...rest, class: found === "stale" ? "transient" : found };
}

async function post(
  url: URL,
  { text, blocks }: SlackContent,
  bounds: Bounds,
  nowMs: number,
): Promise<SlackFailure | null> {
  const body = JSON.stringify({
    text,
    ...(blocks.length === 0 ? {} : { blocks }),
    unfurl_links: false,
    unfurl_media: false,
    link_names: false,
    parse: "none",
  });
  try {
    const headers = { "content-type": "application/json; charset=utf-8" };
    const answer = await exchange(url, { method: "POST", headers, body, ...bounds });
    // Slack says "ok"; bridges that imitate it say something like it, or nothing. A page of HTML is a proxy's.
    if (answer.status >= 200 && answer.status < 300 && !isPage(answer)) return null;
    return slackAnswerFailure(answer, answer.body.trim(), nowMs);
  } catch (error) {
    if (error instanceof HttpFault) return slackFaultFailure(error);
    throw error;
  }
}
