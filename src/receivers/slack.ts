// Slack, in two forms: a bot token and a channel (parent message, thread, edits), or an incoming webhook (posts only).
// The schema stands here; what is said is slack-blocks.ts, how it is sent slack-api.ts or slack-webhook.ts.

import * as v from "valibot";
import type { Secret } from "../config/secrets.ts";
import { isHttpUrl } from "../config/http-url.ts";
import { slackMention } from "../config/slack-mention.ts";
import type { ReceiverKind } from "./receiver.ts";
import { atMostOne, secretEntries, secretOf } from "./secret-option.ts";
import { type SlackApiOptions, slackApiReceiver } from "./slack-api.ts";
import { slackClient } from "./slack-client.ts";
import { type SlackWebhookOptions, slackWebhookReceiver } from "./slack-webhook.ts";

const DEFAULT_API_URL = "https://slack.com/api/";
/** A channel's id, or a name with or without its hash; the text goes to Slack only, never into a message. */
const CHANNEL = /^#?[\p{L}\p{N}._-]{1,80}$/u;
const mention = v.optional(slackMention);

const schema = v.pipe(
  v.strictObject({
    ...secretEntries(
      "token",
      "The bot's token (xoxb-…) with the scope chat:write; with reactions:read, eyes under a message acknowledge it, users:read tells whose, and channels:history (groups:history) lets a message whose answer was lost be found instead of sent twice",
    ),
    channel: v.optional(
      v.pipe(
        v.string(),
        v.regex(CHANNEL, "expected a channel id such as C0123456789 or a channel name"),
        v.description("Channel id such as C0123456789; a name works until the channel is renamed"),
      ),
    ),
    mention: v.optional(
      v.pipe(
        v.strictObject({ info: mention, warning: mention, critical: mention }),
        v.description("Whom a firing or escalated message calls, by severity"),
      ),
      {},
    ),
    api_url: v.optional(
      v.pipe(
        v.string(),
        v.check(isHttpUrl, "expected an http: or https: URL"),
        v.description("Where Slack's Web API answers"),
      ),
      DEFAULT_API_URL,
    ),
    ...secretEntries("webhook_url", "An incoming webhook instead of token and channel: no threads, no edits"),
  }),
  atMostOne(["token_file", "token", "webhook_url_file", "webhook_url"], 1),
  v.check(
    ({ token, token_file, channel }) => (token ?? token_file) === undefined || channel !== undefined,
    "expected a channel beside the token, found none",
  ),
  v.transform((input): SlackOptions => {
    const token = secretOf(input, "token");
    const mention = input.mention;
    return token === null
      ? { form: "webhook", url: secretOf(input, "webhook_url") as Secret, mention }
      : { form: "api", token, channel: input.channel as string, apiUrl: input.api_url, mention };
  }),
);

/** Either form. */
type SlackOptions = SlackApiOptions | SlackWebhookOptions;

/** The kind `slack`. */
export const slackKind: ReceiverKind<SlackOptions> = {
  word: "slack",
  forPeople: true,
  schema,
  async create(setup, options) {
    if (options.form === "webhook") return slackWebhookReceiver(setup, options);
    return slackApiReceiver(setup, options, slackClient());
  },
};
