// The headers of Standard Webhooks (standardwebhooks.com): who sent a message, that nobody changed it, when, and under
// which id a repeat of it comes.

import { createHmac } from "node:crypto";

const PREFIX = "whsec_";
/** While a secret is being replaced its file holds the new and the old one; more is a mistake. */
const MAX_KEYS = 4;

/**
 * `webhook-id`, `webhook-timestamp` and, when there is a key, `webhook-signature`.
 * @param nowMs wall clock; the receiver should refuse what is over five minutes off.
 * @param keys signing secrets separated by blanks or newlines, "" for none; each gives one signature.
 */
export function signedHeaders(id: string, nowMs: number, body: string, keys: string): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const all = keys.split(/\s+/).filter((key) => key !== "");
  const signatures = all.slice(0, MAX_KEYS).map((key) => {
    const mac = createHmac("sha256", keyBytes(key)).update(`${id}.${timestamp}.${body}`).digest("base64");
    return `v1,${mac}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    ...(signatures.length === 0 ? {} : { "webhook-signature": signatures.join(" ") }),
  };
}

/** `whsec_` marks base64, as the standard's own tools write keys; any other text is the key itself. */
function keyBytes(key: string): Buffer {
  return key.startsWith(PREFIX) ? Buffer.from(key.slice(PREFIX.length), "base64") : Buffer.from(key, "utf8");
}
