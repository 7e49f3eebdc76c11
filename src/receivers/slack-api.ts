// Slack through a bot token: one message an incident in the channel, edited so that it always shows how things stand,
// and its story in the thread. Edits notify nobody; what on-call must hear is an answer in the thread.

import { createHash } from "node:crypto";
import type { Secret } from "../config/secrets.ts";
import { brief } from "./briefing.ts";
import { REQUEST_TIMEOUT_MS } from "./http-request.ts";
import { openSecret } from "./open-secret.ts";
import type { Message, Outcome, Receiver, ReceiverSetup } from "./receiver.ts";
import { referenceFields } from "./reference.ts";
import { parentContent, replyContent, type Rung, RUNGS, type SlackContent } from "./slack-blocks.ts";
import type { SlackCall, SlackClient, SlackMethod, SlackReply } from "./slack-client.ts";
import { findDelivery } from "./slack-lookup.ts";
import type { SlackFailure } from "./slack-errors.ts";
import { type Mentions, mentionFor } from "./slack-mention.ts";
import { type Parent, readReactions } from "./slack-reactions.ts";

/** What may be configured for the form with a token. */
export interface SlackApiOptions {
  readonly form: "api";
  readonly token: Secret;
  readonly channel: string;
  readonly apiUrl: string;
  readonly mention: Mentions;
}

/** On every call, edits too, where Slack's defaults differ: nothing in a message may grow into a link or a preview. */
const FLAGS = { unfurl_links: false, unfurl_media: false, link_names: false, parse: "none" } as const;

/** A message that is younger and was not tried cannot stand in the channel yet, milliseconds. */
const FRESH_MS = 3000;

/** @param timeoutMs for one call; a delivery is at most two on each rung, and a look before the first. */
export function slackApiReceiver(
  setup: ReceiverSetup,
  options: SlackApiOptions,
  client: SlackClient,
  timeoutMs: number = REQUEST_TIMEOUT_MS,
): Receiver {
  const at = (signal: AbortSignal): SlackCall | Outcome => {
    const token = openSecret(options.token, "the Slack token");
    if (typeof token !== "string") return token;
    const { allowLinkLocal, clock } = setup;
    return { token, apiUrl: options.apiUrl, timeoutMs, allowLinkLocal, signal, nowMs: clock.now() };
  };
  const names = new Map<string, string>();
  // Until Slack says that this token may not.
  const may = { readReactions: true, readChannel: true };
  return {
    name: setup.name,
    kind: "slack",
    async deliver(message, signal) {
      const call = at(signal);
      if ("kind" in call) return call;
      return new Delivery(message, setup, options, client, call, may).run();
    },
    async refresh(message, signal) {
      const call = at(signal);
      if ("kind" in call) return call;
      return new Delivery(message, setup, options, client, call, may).refresh();
    },
    async reactions(reference, signal) {
      const call = at(signal);
      const parent = parseReference(reference);
      if ("kind" in call || parent === null) return { kind: "read", reactions: [] };
      const read = await readReactions(client, parent, call, names);
      if (read.kind !== "failed") may.readReactions = read.kind === "read";
      return read;
    },
    async verify(signal) {
      const call = at(signal);
      if ("kind" in call) return call;
      return verify(client, options.channel, call);
    },
    async close() {},
  };
}

/** What the token is known to be good for besides posting. */
interface Permissions {
  readReactions: boolean;
  readChannel: boolean;
}

/** One message on its way. */
class Delivery {
  readonly #message: Message;
  readonly #channel: string;
  readonly #client: SlackClient;
  readonly #call: SlackCall;
  readonly #may: Permissions;
  readonly #parentOf: (rung: Rung) => SlackContent;
  readonly #replyOf: (rung: Rung) => SlackContent;

  constructor(
    message: Message,
    setup: ReceiverSetup,
    options: SlackApiOptions,
    client: SlackClient,
    call: SlackCall,
    may: Permissions,
  ) {
    const briefing = brief(message, setup, call.nowMs);
    const mention = mentionFor(message.transition, options.mention, setup);
    this.#message = message;
    this.#channel = options.channel;
    this.#client = client;
    this.#call = call;
    this.#may = may;
    this.#parentOf = (rung) => parentContent(briefing, mention, rung, may.readReactions);
    this.#replyOf = (rung) => replyContent(briefing, mention, rung);
  }

  async run(): Promise<Outcome> {
    const parent = parseReference(this.#message.reference);
    if (parent !== null) return this.#continue(parent);
    const before = await this.#postedBefore();
    if (before === null) return this.#post();
    return {
      kind: "delivered",
      reference: JSON.stringify(before),
      detail: `was posted before as ${before.ts}`,
    };
  }

  /** The edit alone. */
  async refresh(): Promise<Outcome> {
    const parent = parseReference(this.#message.reference);
    if (parent === null) return { kind: "delivered", reference: null, detail: "nothing to edit" };
    const edit = await this.#say("chat.update", this.#parentOf, { ...parent, metadata: this.#metadata() });
    return edit.ok ? { kind: "delivered", reference: null, detail: "edited" } : failed(edit.failure);
  }

  /** The message itself, when an attempt at it may have got through although we never heard so. */
  async #postedBefore(): Promise<Parent | null> {
    const { attempt, queuedAtMs, deliveryId } = this.#message;
    // After a crash nobody knows of the attempts before it; but those take time.
    const fresh = attempt === 0 && this.#call.nowMs - queuedAtMs < FRESH_MS;
    if (fresh || !this.#may.readChannel) return null;
    const found = await findDelivery(this.#client, this.#channel, deliveryId, queuedAtMs, this.#call);
    if (found !== "unable") return found;
    this.#may.readChannel = false;
    return null;
  }

  /** A new message in the channel. */
  async #post(): Promise<Outcome> {
    const reply = await this.#say("chat.postMessage", this.#parentOf, {
      channel: this.#channel,
      client_msg_id: uuidOf(this.#message.deliveryId),
      metadata: this.#metadata(),
    });
    return reply.ok ? posted(reply, "posted") : failed(reply.failure);
  }

  /**
   * The edit comes first: it may be repeated without harm, so that whatever fails, trying the whole again never says a
   * thing twice. Only for a resolved incident must it succeed, or the channel would show it burning for ever. The report of
   * a silence says nothing of how the incident stands, so it edits nothing.
   */
  async #continue(parent: Parent): Promise<Outcome> {
    const { event, step } = this.#message.transition;
    const args = { ...parent, metadata: this.#metadata() };
    const edit = event === "silence_ended" ? null : await this.#say("chat.update", this.#parentOf, args);
    if (edit?.ok === false && edit.failure.class === "stale") return this.#post();
    if (edit?.ok === false && event === "resolved") return failed(edit.failure);
    const reply = await this.#say("chat.postMessage", this.#replyOf, {
      channel: parent.channel,
      thread_ts: parent.ts,
      // These are for the whole channel, not only for those who follow the thread.
      reply_broadcast: event === "escalated" || event === "silence_exceeded" || step === "severity",
      client_msg_id: uuidOf(this.#message.deliveryId),
    });
    if (!reply.ok) return reply.failure.class === "stale" ? this.#post() : failed(reply.failure);
    const remark = edit?.ok !== false ? "" : `; the first message was not edited: ${edit.failure.detail}`;
    return {
      kind: "delivered",
      reference: JSON.stringify(parent),
      detail: `answered in the thread${remark}`,
    };
  }

  /** One thing said, on the highest rung that Slack takes. */
  async #say(
    method: SlackMethod,
    content: (rung: Rung) => SlackContent,
    args: Readonly<Record<string, unknown>>,
  ): Promise<SlackReply> {
    let reply: SlackReply | null = null;
    for (const rung of RUNGS) {
      const { text, blocks } = content(rung);
      // An empty list and not none at all: chat.update keeps the old blocks when none are given.
      const said = { ...args, ...FLAGS, text, blocks };
      reply = await this.#client(method, said, this.#call);
      // Slack knows the id of an attempt whose message is not there (any more): what must be said is said without it.
      if (!reply.ok && reply.failure.detail.includes(" duplicate_")) {
        reply = await this.#client(method, { ...said, client_msg_id: undefined }, this.#call);
      }
      if (reply.ok || reply.failure.class !== "payload") return reply;
    }
    return reply as SlackReply;
  }

  /** Read by other apps of the workspace, so it names the incident and nobody's keys or requests. */
  #metadata(): unknown {
    const { deliveryId, sequence, transition } = this.#message;
    return {
      event_type: "revokewatch_incident",
      event_payload: { incident_id: transition.incident.id, seq: sequence, delivery_id: deliveryId },
    };
  }
}

function posted(reply: SlackReply & { ok: true }, detail: string): Outcome {
  const { channel, ts } = reply.result;
  const reference =
    typeof channel !== "string" || typeof ts !== "string"
      ? null
      : JSON.stringify({ channel, ts } satisfies Parent);
  return { kind: "delivered", reference, detail: reference === null ? detail : `${detail} as ${String(ts)}` };
}

/** `stale` has been acted on by now; what is left of it is a message that Slack lost twice. */
function failed({ class: found, ...rest }: SlackFailure): Outcome {
  return { ...rest, class: found === "stale" ? "transient" : found };
}

function parseReference(reference: string | null): Parent | null {
  const { channel, ts } = referenceFields(reference);
  return typeof channel === "string" && typeof ts === "string" ? { channel, ts } : null;
}

/** Answers that leave the delivery itself untried: the token may lack a scope that only `check` would use. */
async function verify(client: SlackClient, channel: string, call: SlackCall): Promise<Outcome> {
  const test = await client("auth.test", {}, call);
  if (!test.ok) return failed(test.failure);
  // The scope channels:read is not needed for posting; without it the channel cannot be asked for, which is no fault.
  const info = await client("conversations.info", { channel }, call);
  if (info.ok)
    return { kind: "delivered", reference: null, detail: "the token works and the channel is there" };
  if (info.failure.detail.endsWith("channel_not_found")) return failed(info.failure);
  return { kind: "delivered", reference: null, detail: "the token works; the channel was not looked up" };
}

/** RFC 9562 version 5 in the URL namespace: the same id for every attempt, so that Slack can see a repeat. */
function uuidOf(deliveryId: string): string {
  const namespace = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");
  const bytes = createHash("sha1")
    .update(namespace)
    .update(`revokewatch:${deliveryId}`)
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
