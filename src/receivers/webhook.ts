// A generic webhook: the transition as JSON in a POST, signed as Standard Webhooks says, so that any program can take
// it, drop repeats by `webhook-id` and tell a forged one.

import * as v from "valibot";
import { Secret } from "../config/secrets.ts";
import { handOver, openUrl, WELL_FORMED } from "./http-hand-over.ts";
import { REQUEST_TIMEOUT_MS } from "./http-request.ts";
import { isHttpUrl } from "../config/http-url.ts";
import { openSecret } from "./open-secret.ts";
import { UNTOLD } from "./alertmanager-alert.ts";
import type { Message, Outcome, Receiver, ReceiverKind, ReceiverSetup } from "./receiver.ts";
import { asciiLine } from "./safe-text.ts";
import { atMostOne, secretEntries, secretOf } from "./secret-option.ts";
import { transitionJson } from "./transition-json.ts";
import { alertmanagerBody } from "./webhook-alertmanager.ts";
import { signedHeaders } from "./webhook-signature.ts";

const MAX_VERSION = 40;
const ADDRESS = "the webhook's address";

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
    format: v.optional(
      v.pipe(
        v.picklist(["revokewatch", "alertmanager"]),
        v.description(
          "revokewatch: the transition as it stands on stdout; alertmanager: the body of Alertmanager's own webhook (version 4), for bridges that read it",
        ),
      ),
      "revokewatch",
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
    format: input.format,
    headers: Object.entries(input.headers).map(([name, value]) => ({ name, value: Secret.literal(value) })),
  })),
);

/** What may be configured, checked. */
export interface WebhookOptions {
  readonly url: Secret;
  /** Null: not signed. */
  readonly secret: Secret | null;
  readonly format: "revokewatch" | "alertmanager";
  /** Values are secrets, since one of them is usually Authorization. */
  readonly headers: readonly { readonly name: string; readonly value: Secret }[];
}

/** The kind `webhook`. */
export const webhookKind: ReceiverKind<WebhookOptions> = {
  word: "webhook",
  forPeople: false,
  schema,
  create: async (setup, options) => webhookReceiver(setup, options),
};

/** @param timeoutMs for the one request of a delivery. */
export function webhookReceiver(
  setup: ReceiverSetup,
  options: WebhookOptions,
  timeoutMs: number = REQUEST_TIMEOUT_MS,
): Receiver {
  return {
    name: setup.name,
    kind: "webhook",
    async deliver(message, signal) {
      const url = openUrl(options.url, ADDRESS);
      if (!(url instanceof URL)) return url;
      const keys = options.secret === null ? "" : openSecret(options.secret, "the webhook's signing secret");
      if (typeof keys !== "string") return keys;
      const body =
        options.format === "alertmanager"
          ? alertmanagerBody(message, setup, setup.clock.now())
          : transitionJson(message.transition);
      if (body === null) return UNTOLD;
      return post(url, message, body, setup, { keys, headers: options.headers, timeoutMs, signal });
    },
    /** A webhook can only be asked by posting, so only its address and secrets are looked at. */
    async verify() {
      const url = openUrl(options.url, ADDRESS);
      return url instanceof URL ? WELL_FORMED : url;
    },
    async close() {},
  };
}

interface PostOptions {
  /** The opened signing secret, "" for none. */
  readonly keys: string;
  readonly headers: WebhookOptions["headers"];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

async function post(
  url: URL,
  message: Message,
  body: string,
  setup: ReceiverSetup,
  options: PostOptions,
): Promise<Outcome> {
  const nowMs = setup.clock.now();
  const headers = {
    ...Object.fromEntries(options.headers.map(({ name, value }) => [name, value.open()])),
    "content-type": "application/json; charset=utf-8",
    "user-agent": `revokewatch/${asciiLine(setup.version, MAX_VERSION)}`,
    ...signedHeaders(message.deliveryId, nowMs, body, options.keys),
  };
  const { timeoutMs, signal } = options;
  const { allowLinkLocal } = setup;
  return handOver(
    "the webhook",
    url,
    { method: "POST", headers, body, timeoutMs, allowLinkLocal, signal },
    nowMs,
  );
}
