// What may be written under `slack`, and that whatever is wrong is said where it stands.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import * as v from "valibot";
import { slackKind } from "../../src/receivers/slack.ts";

const token = { token_file: "/run/secrets/slack", channel: "C0123456789" };

const REFUSED: readonly (readonly [string, Record<string, unknown>, path: string | null, words: RegExp])[] = [
  [
    "nothing",
    {},
    "token_file",
    /exactly one of token_file, token, webhook_url_file, webhook_url, found none/,
  ],
  ["both forms of a token", { ...token, token: "x" }, "token", /found token_file and token/],
  ["a token and a webhook", { ...token, webhook_url: "https://x" }, "webhook_url", /exactly one/],
  ["a token without a channel", { token: "x" }, null, /expected a channel beside the token/],
  ["a channel with markup", { ...token, channel: "<!here>" }, "channel", /channel id such as C0123456789/],
  [
    "a mention that is none",
    { ...token, mention: { critical: "@oncall" } },
    "mention.critical",
    /such as <!subteam/,
  ],
  ["a severity that is none", { ...token, mention: { fatal: "<!here>" } }, "mention.fatal", /never|fatal/],
  ["an API of another scheme", { ...token, api_url: "file:///x" }, "api_url", /http: or https:/],
  ["an unknown key", { ...token, chanel: "x" }, "chanel", /chanel/],
];

describe("slack's options", () => {
  for (const [name, input, path, words] of REFUSED) {
    it(`are refused with ${name}`, () => {
      const result = v.safeParse(slackKind.schema, input);
      assert.equal(result.success, false);
      const [issue] = result.issues ?? [];
      assert.ok(issue);
      assert.equal(v.getDotPath(issue), path);
      assert.match(issue.message, words);
    });
  }

  it("have a token that no log shows", () => {
    const options = v.parse(slackKind.schema, { token: "xoxb-secret", channel: "#alerts" });
    assert.doesNotMatch(JSON.stringify(options) + inspect(options, { depth: 9 }), /xoxb-secret/);
    assert.equal(options.form === "api" && options.token.open(), "xoxb-secret");
    assert.equal(options.form === "api" && options.apiUrl, "https://slack.com/api/");
  });

  it("take users, groups and broadcasts as mentions", () => {
    const mention = { info: "<@U0123456>", warning: "<!subteam^S0123456>", critical: "<!channel>" };
    assert.deepEqual(v.parse(slackKind.schema, { webhook_url: "https://x", mention }).mention, mention);
  });
});
