// What each answer of Slack means, row by row.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HttpAnswer } from "../../src/receivers/http-request.ts";
import { codeClass, type SlackClass, slackAnswerFailure } from "../../src/receivers/slack-errors.ts";

const CODES: readonly (readonly [string, SlackClass])[] = [
  ["ratelimited", "rate_limited"],
  ["rate_limited", "rate_limited"],
  ["fatal_error", "ambiguous"],
  ["internal_error", "ambiguous"],
  ["service_unavailable", "ambiguous"],
  ["request_timeout", "ambiguous"],
  ["invalid_auth", "auth"],
  ["token_revoked", "auth"],
  ["account_inactive", "auth"],
  ["missing_scope", "auth"],
  ["channel_not_found", "auth"],
  ["not_in_channel", "auth"],
  ["is_archived", "auth"],
  ["restricted_action", "auth"],
  ["restricted_action_read_only_channel", "auth"],
  ["invalid_blocks", "payload"],
  ["invalid_blocks_format", "payload"],
  ["msg_blocks_too_long", "payload"],
  ["msg_too_long", "payload"],
  ["metadata_too_large", "payload"],
  ["no_text", "payload"],
  ["message_not_found", "stale"],
  ["cant_update_message", "stale"],
  ["edit_window_closed", "stale"],
  ["cannot_reply_to_message", "stale"],
  ["something_new", "transient"],
];

describe("a code of Slack", () => {
  for (const [code, expected] of CODES) {
    it(`${code} is ${expected}`, () => assert.equal(codeClass(code), expected));
  }
});

const answer = (status: number, body: string, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body,
});

describe("an answer of Slack", () => {
  it("that is a page is told by its length, never by its text", () => {
    const page = "<html>xoxb-secret</html>";
    assert.deepEqual(slackAnswerFailure(answer(200, page), page, 0), {
      kind: "failed",
      class: "transient",
      retryAfterMs: null,
      reference: null,
      detail: "expected Slack's JSON, found 200 with 24 characters of something else",
    });
  });

  it("that names a code is told by it, with the wait that the header asks for", () => {
    const failure = slackAnswerFailure(answer(200, "{}", { "retry-after": "3" }), "ratelimited", 0);
    assert.deepEqual(
      [failure.class, failure.retryAfterMs, failure.detail],
      ["rate_limited", 3000, "Slack answered ratelimited"],
    );
  });
});
