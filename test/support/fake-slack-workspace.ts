// The workspace behind the fake Slack: its channels, what stands in them, and the answers of the methods that we use, errors
// in a 200 as Slack gives them.

import { refuseBlocks } from "./block-kit.ts";

/** A message as it now stands in a channel. */
export interface Posted {
  readonly ts: string;
  text: string;
  blocks: readonly unknown[];
  /** The parent's ts for an answer in a thread, else null. */
  readonly threadTs: string | null;
  /** An answer that is shown in the channel too. */
  readonly broadcast: boolean;
  readonly metadata: unknown;
  edits: number;
  /** Slack's name of a sign to the people who left it, in their order. */
  readonly reactions: Map<string, string[]>;
}

/** One request as it came in. */
export interface Call {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly authorization: string | null;
}

/** One character more, and Slack splits the text into several messages. */
const MAX_TEXT = 4040;

/** What goes back over the wire. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface WorkspaceOptions {
  readonly token: string;
  /** Channels that exist, id to name. */
  readonly channels: Readonly<Record<string, string>>;
  /** What the token may do besides chat:write. */
  readonly scopes: readonly string[];
  /** Display names by id of the person. */
  readonly people: Readonly<Record<string, string>>;
}

/** The channels and what stands in them. */
export class Workspace {
  readonly #token: string;
  readonly #names: Readonly<Record<string, string>>;
  readonly #scopes: readonly string[];
  readonly #people: Readonly<Record<string, string>>;
  readonly #channels = new Map<string, Posted[]>([["hook", []]]);
  #clock = 1_779_712_500;

  constructor({ token, channels: names, scopes, people }: WorkspaceOptions) {
    this.#token = token;
    this.#names = names;
    this.#scopes = scopes;
    this.#people = people;
    for (const id of Object.keys(names)) this.#channels.set(id, []);
  }

  messages(name: string): readonly Posted[] {
    return this.#channels.get(this.#idOf(name) ?? name) ?? [];
  }

  delete(channel: string, ts: string): void {
    const kept = this.messages(channel).filter((message) => message.ts !== ts);
    this.#channels.set(this.#idOf(channel) ?? channel, kept);
  }

  react(channel: string, ts: string, name: string, user: string, on: boolean): void {
    const message = this.messages(channel).find((posted) => posted.ts === ts);
    if (message === undefined) throw new RangeError(`no message ${ts} in ${channel}`);
    const users = (message.reactions.get(name) ?? []).filter((other) => other !== user);
    if (on) users.push(user);
    if (users.length === 0) message.reactions.delete(name);
    else message.reactions.set(name, users);
  }

  api({ method, args, authorization }: Call): Answer {
    if (authorization === null) return json({ ok: false, error: "not_authed" });
    if (authorization !== `Bearer ${this.#token}`) return json({ ok: false, error: "invalid_auth" });
    switch (method) {
      case "auth.test":
        return json({ ok: true, team: "Fake", user: "revokewatch" });
      case "conversations.info":
        return this.#idOf(String(args["channel"])) === null
          ? json({ ok: false, error: "channel_not_found" })
          : json({ ok: true, channel: { id: args["channel"] } });
      case "conversations.history":
        return json(this.#scoped("channels:history") ?? this.#history(args));
      case "reactions.get":
        return json(this.#scoped("reactions:read") ?? this.#reactions(args));
      case "users.info":
        return json(this.#scoped("users:read") ?? this.#person(args));
      case "chat.postMessage":
        return json(this.#post(args));
      case "chat.update":
        return json(this.#update(args));
      default:
        return json({ ok: false, error: "unknown_method" });
    }
  }

  webhook({ args }: Call): Answer {
    const refused = this.#refuse(args);
    if (refused !== null) return plain(400, refused);
    this.#append("hook", args);
    return plain(200, "ok");
  }

  #idOf(name: string): string | null {
    const bare = name.replace(/^#/, "");
    if (bare in this.#names) return bare;
    return Object.keys(this.#names).find((id) => this.#names[id] === bare) ?? null;
  }

  #refuse(args: Call["args"]): string | null {
    const { text, blocks } = args;
    if ((text === undefined || text === "") && blocks === undefined) return "no_text";
    if (typeof text === "string" && text.length > MAX_TEXT) return "msg_too_long";
    return blocks === undefined ? null : (refuseBlocks(blocks)?.error ?? null);
  }

  /** What Slack answers a token without the scope. */
  #scoped(scope: string): object | null {
    if (this.#scopes.includes(scope)) return null;
    return {
      ok: false,
      error: "missing_scope",
      needed: scope,
      provided: ["chat:write", ...this.#scopes].join(","),
    };
  }

  /** Newest first, without the answers in threads; what programs left with a message only when it is asked for. */
  #history(args: Call["args"]): object {
    const channel = String(args["channel"] ?? "");
    if (!(channel in this.#names)) return { ok: false, error: "channel_not_found" };
    const whole = String(args["include_all_metadata"]) === "true";
    const messages = this.messages(channel)
      .filter(({ ts, threadTs }) => threadTs === null && Number(ts) > Number(args["oldest"] ?? 0))
      .toReversed()
      .slice(0, Number(args["limit"] ?? 100))
      .map(({ ts, text, metadata }) => ({ type: "message", ts, text, ...(whole ? { metadata } : {}) }));
    return { ok: true, messages, has_more: false };
  }

  #reactions(args: Call["args"]): object {
    const channel = String(args["channel"] ?? "");
    if (!(channel in this.#names)) return { ok: false, error: "channel_not_found" };
    const message = this.messages(channel).find(({ ts }) => ts === args["timestamp"]);
    if (message === undefined) return { ok: false, error: "message_not_found" };
    const { ts, text, reactions } = message;
    const given = [...reactions].map(([name, users]) => ({ name, users, count: users.length }));
    // A message without any has no such property.
    const some = given.length === 0 ? {} : { reactions: given };
    return { ok: true, type: "message", channel, message: { type: "message", ts, text, ...some } };
  }

  #person(args: Call["args"]): object {
    const id = String(args["user"] ?? "");
    const name = this.#people[id];
    if (name === undefined) return { ok: false, error: "user_not_found" };
    return {
      ok: true,
      user: { id, name: id.toLowerCase(), real_name: name, profile: { display_name: name } },
    };
  }

  #post(args: Call["args"]): object {
    const channel = this.#idOf(String(args["channel"] ?? ""));
    if (channel === null) return { ok: false, error: "channel_not_found" };
    const refused = this.#refuse(args);
    if (refused !== null) return { ok: false, error: refused };
    const thread = args["thread_ts"];
    const parentExists = this.messages(channel).some(({ ts }) => ts === thread);
    if (thread !== undefined && !parentExists) return { ok: false, error: "thread_not_found" };
    return { ok: true, channel, ts: this.#append(channel, args).ts };
  }

  #update(args: Call["args"]): object {
    // Unlike posting, editing takes ids only.
    const channel = String(args["channel"] ?? "");
    if (!(channel in this.#names)) return { ok: false, error: "channel_not_found" };
    const message = this.messages(channel).find(({ ts }) => ts === args["ts"]);
    if (message === undefined) return { ok: false, error: "message_not_found" };
    const refused = this.#refuse(args);
    if (refused !== null) return { ok: false, error: refused };
    message.text = String(args["text"] ?? "");
    // Blocks that are left out stay as they were.
    if (args["blocks"] !== undefined) message.blocks = args["blocks"] as readonly unknown[];
    message.edits += 1;
    return { ok: true, channel, ts: message.ts, text: message.text };
  }

  #append(channel: string, args: Call["args"]): Posted {
    this.#clock += 1;
    const message: Posted = {
      ts: `${this.#clock}.000100`,
      text: String(args["text"] ?? ""),
      blocks: (args["blocks"] ?? []) as readonly unknown[],
      threadTs: typeof args["thread_ts"] === "string" ? args["thread_ts"] : null,
      broadcast: args["reply_broadcast"] === true,
      metadata: args["metadata"] ?? null,
      edits: 0,
      reactions: new Map(),
    };
    this.#channels.get(channel)?.push(message);
    return message;
  }
}

const plain = (status: number, body: string): Answer => ({ status, type: "text/plain", body });
const json = (body: object): Answer => ({
  status: 200,
  type: "application/json; charset=utf-8",
  body: JSON.stringify(body),
});
