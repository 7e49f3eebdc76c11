// Whether a message whose answer was lost stands in the channel after all: looked for by its delivery id, which Slack
// keeps with the message for programs to read. It needs the scope channels:history, or groups:history in a private channel.

import type { SlackCall, SlackClient } from "./slack-client.ts";
import { list, type Parent, record } from "./slack-reactions.ts";

/** Slack's clock and ours may differ by this much, milliseconds. */
const CLOCKS_APART_MS = 60_000;
/** Messages of the channel that are looked at, the newest; one page of Slack's. */
const MAX_MESSAGES = 100;

/** What a search brought: the message, null when it is not there, or that this token may not look. */
export type Found = Parent | null | "unable";

/**
 * Looks for the message of one delivery. A search that fails in passing finds nothing: to say a thing twice is better than
 * not at all.
 * @param sinceMs when it was first tried at the earliest, milliseconds since the epoch.
 */
export async function findDelivery(
  client: SlackClient,
  channel: string,
  deliveryId: string,
  sinceMs: number,
  call: SlackCall,
): Promise<Found> {
  const oldest = ((sinceMs - CLOCKS_APART_MS) / 1000).toFixed(6);
  const args = { channel, oldest, limit: MAX_MESSAGES, include_all_metadata: true };
  const reply = await client("conversations.history", args, call);
  if (!reply.ok) return reply.failure.class === "auth" ? "unable" : null;
  const found = list(reply.result["messages"])
    .map(record)
    .find((message) => {
      const payload = record(record(message["metadata"])["event_payload"]);
      return payload["delivery_id"] === deliveryId;
    });
  return typeof found?.["ts"] === "string" ? { channel, ts: found["ts"] } : null;
}
