// A Slack that stands on loopback: the Web API's methods that we use and an incoming webhook over one in-memory
// workspace, with the manners of the real one (form-encoded bodies, errors in a 200, Block Kit refused by its rules), and
// every fault that the network or Slack may show. Tests assert on the channel as a person sees it at the end.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
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
}

/** One request as it came in. */
export interface Call {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly authorization: string | null;
}

/** What goes wrong; each kind describes one answer, or the lack of it. */
export type Fault =
  | { readonly kind: "rate_limited"; readonly retryAfter: string | null }
  | { readonly kind: "error"; readonly error: string }
  | { readonly kind: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** A captive portal: 200 and a page. */
  | { readonly kind: "html"; readonly page?: string }
  | { readonly kind: "hang" }
  | { readonly kind: "reset" }
  /** Slack takes the message, and the answer is lost. */
  | { readonly kind: "lost_answer" }
  | { readonly kind: "huge"; readonly bytes: number }
  /** One byte a while, for ever. */
  | { readonly kind: "drip" }
  | { readonly kind: "redirect"; readonly location: string };

export interface FaultScope {
  /** Only calls of this method; default: all. */
  readonly method?: string;
  /** For how many calls; default 1. Infinity: until `heal`. */
  readonly times?: number;
}

export interface FakeSlack extends AsyncDisposable {
  /** For `api_url`, ends in `/api/`. */
  readonly url: string;
  /** For `webhook_url`; posts go to the channel `hook`. */
  readonly webhookUrl: string;
  readonly calls: readonly Call[];
  /** The messages of a channel by id or name, oldest first, answers of threads among them. */
  channel(name: string): readonly Posted[];
  /** Arms a fault for the calls to come. */
  fault(fault: Fault, scope?: FaultScope): void;
  heal(): void;
  /** Removes a message, as a person with the right to do so may. */
  delete(channel: string, ts: string): void;
  stop(): Promise<void>;
}

export interface FakeSlackOptions {
  /** Default: xoxb-fake. */
  readonly token?: string;
  /** Channels that exist, id to name; default C0123456789: alerts. */
  readonly channels?: Readonly<Record<string, string>>;
}

const MAX_TEXT = 4040;

/** Starts one on a free port of 127.0.0.1. */
export async function fakeSlack(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const workspace = new Workspace(
    options.token ?? "xoxb-fake",
    options.channels ?? { C0123456789: "alerts" },
  );
  const calls: Call[] = [];
  const faults: { fault: Fault; method: string | undefined; left: number }[] = [];
  const server = createServer(async (request, response) => {
    const call = await readCall(request);
    calls.push(call);
    const armed = faults.find(
      ({ method, left }) => left > 0 && (method === undefined || method === call.method),
    );
    if (armed !== undefined) armed.left -= 1;
    if (armed !== undefined && armed.fault.kind !== "lost_answer")
      return misbehave(armed.fault, request, response);
    const answer = call.method === "webhook" ? workspace.webhook(call) : workspace.api(call);
    if (armed !== undefined) return void request.socket.destroy();
    response.writeHead(answer.status, { "content-type": answer.type });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `${base}/api/`,
    webhookUrl: `${base}/services/T000/B000/XXXX`,
    calls,
    channel: (name) => workspace.messages(name),
    fault: (fault, { method, times = 1 } = {}) => void faults.push({ fault, method, left: times }),
    heal: () => void faults.splice(0),
    delete: (channel, ts) => workspace.delete(channel, ts),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const body = Buffer.concat(parts).toString("utf8");
  const path = new URL(request.url ?? "/", "http://fake").pathname;
  const method = path.startsWith("/api/") ? path.slice("/api/".length) : "webhook";
  const isJson = (request.headers["content-type"] ?? "").startsWith("application/json");
  const args = isJson ? (JSON.parse(body) as Call["args"]) : fromForm(body);
  return { method, args, authorization: request.headers.authorization ?? null };
}

/** Slack takes structured arguments as JSON inside a form. */
function fromForm(body: string): Call["args"] {
  const entries = [...new URLSearchParams(body)].map(([key, value]) => {
    const structured = key === "blocks" || key === "metadata";
    return [
      key,
      structured
        ? (JSON.parse(value) as unknown)
        : value === "true"
          ? true
          : value === "false"
            ? false
            : value,
    ];
  });
  return Object.fromEntries(entries) as Call["args"];
}

function misbehave(
  fault: Exclude<Fault, { kind: "lost_answer" }>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  switch (fault.kind) {
    case "rate_limited":
      response.writeHead(429, fault.retryAfter === null ? {} : { "retry-after": fault.retryAfter });
      return void response.end(JSON.stringify({ ok: false, error: "ratelimited" }));
    case "error":
      response.writeHead(200, { "content-type": "application/json" });
      return void response.end(JSON.stringify({ ok: false, error: fault.error }));
    case "status":
      response.writeHead(fault.status, fault.headers ?? {});
      return void response.end("upstream connect error");
    case "html":
      response.writeHead(200, { "content-type": "text/html" });
      return void response.end(
        fault.page ?? `<html><body>Please log in${" to the network".repeat(100)}</body></html>`,
      );
    case "hang":
      return;
    case "reset":
      return void request.socket.resetAndDestroy();
    case "huge":
      response.writeHead(200, { "content-type": "application/json" });
      response.on("error", () => {});
      return void response.end(Buffer.alloc(fault.bytes, "a"));
    case "drip": {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), 20);
      return void request.socket.once("close", () => clearInterval(timer));
    }
    case "redirect":
      response.writeHead(302, { location: fault.location });
      return void response.end();
  }
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** The channels and what stands in them. */
class Workspace {
  readonly #token: string;
  readonly #names: Readonly<Record<string, string>>;
  readonly #channels = new Map<string, Posted[]>([["hook", []]]);
  #clock = 1_779_712_500;

  constructor(token: string, names: Readonly<Record<string, string>>) {
    this.#token = token;
    this.#names = names;
    for (const id of Object.keys(names)) this.#channels.set(id, []);
  }

  messages(name: string): readonly Posted[] {
    return this.#channels.get(this.#idOf(name) ?? name) ?? [];
  }

  delete(channel: string, ts: string): void {
    const kept = this.messages(channel).filter((message) => message.ts !== ts);
    this.#channels.set(this.#idOf(channel) ?? channel, kept);
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
