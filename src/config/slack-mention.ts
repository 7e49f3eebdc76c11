// A mention in Slack's own notation, as the configuration may name one: for a receiver by severity, or for one step.

import * as v from "valibot";

/** A user, a user group, and the three broadcasts. */
const MENTION = /^(?:<@[UW][A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>|<!(?:here|channel|everyone)>)$/;

export const slackMention = v.pipe(
  v.string(),
  v.regex(MENTION, "expected a mention such as <!subteam^S0123456>, <@U0123456> or <!here>"),
);
