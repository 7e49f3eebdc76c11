// A generic webhook: the transition as JSON in a POST, signed as Standard Webhooks says, so that any program can take
// it, drop repeats by `webhook-id` and tell a forged one.

import * as v from "valibot";
import { Secret } from "../config/secrets.ts";
import { isHttpUrl } from "./http-url.ts";
import type { ReceiverKind } from "./receiver.ts";
import { atMostOne, secretEntries, secretOf } from "./secret-option.ts";

/** A header's name (RFC 9110 token), and none of those that the request itself decides. */
const HEADER_NAME =
  /^(?!(?:host|content-length|content-type|transfer-encoding|connection|webhook-.*)$)[\w!#$%&'*+.^`|~-]+$/i;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

const schema = v.pipe(
  v.strictObject({
    ...secretEntries("url", "Where the transitions are posted to"),
    ...secretEntries(
      "secret",
      "Key of the signature (whsec_… or any text); without it messages are not signed",
    ),
    headers: v.optional(
      v.pipe(
        v.record(
          v.pipe(v.string(), v.regex(HEADER_NAME, "expected the name of a header that the webhook may set")),
          v.pipe(v.string(), v.regex(HEADER_VALUE, "expected printable ASCII")),
        ),
        v.description("Further request headers, such as Authorization"),
      ),
      {},
    ),
  }),
  atMostOne(["url_file", "url"], 1),
  atMostOne(["secret_file", "secret"], 0),
  v.check(({ url }) => url === undefined || isHttpUrl(url), "expected an http: or https: URL at url"),
  v.transform((input): WebhookOptions => ({
    url: secretOf(input, "url") as Secret,
    secret: secretOf(input, "secret"),
    headers: Object.entries(input.headers).map(([name, value]) => ({ name, value: Secret.literal(value) })),
  })),
);

export interface WebhookOptions {
  readonly url: Secret;
  /** Null: not signed. */
  readonly secret: Secret | null;
  /** Values are secrets, since one of them is usually Authorization. */
  readonly headers: readonly { readonly name: string; readonly value: Secret }[];
}

/** The kind `webhook`. */
export const webhookKind: ReceiverKind<WebhookOptions> = {
  word: "webhook",
  schema,
  create: async () => {
    throw new Error("not built");
  },
};
