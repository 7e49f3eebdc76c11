// A Slack that stands on loopback: the Web API's methods that we use and an incoming webhook over one in-memory
// workspace, with the manners of the real one (form-encoded bodies, errors in a 200, Block Kit refused by its rules), and
// every fault that the network or Slack may show. Tests assert on the channel as a person sees it at the end.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Call, type Posted, Workspace } from "./fake-slack-workspace.ts";

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

/** Which calls a fault is for. */
export interface FaultScope {
  /** Only calls of this method; default: all. */
  readonly method?: string;
  /** For how many calls; default 1. Infinity: until `heal`. */
  readonly times?: number;
}

/** One that is running. */
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
  /** A person leaves a sign under a message, by Slack's name of it (`eyes`), or takes it away. */
  react(channel: string, ts: string, name: string, user: string, on?: boolean): void;
  stop(): Promise<void>;
}

/** What the workspace is like. */
export interface FakeSlackOptions {
  /** Default: xoxb-fake. */
  readonly token?: string;
  /** Channels that exist, id to name; default C0123456789: alerts. */
  readonly channels?: Readonly<Record<string, string>>;
  /** Asked for each call for which no fault is armed: what goes wrong with it. */
  readonly weather?: (call: Call) => Fault | null;
  /** What the token may do besides chat:write, such as reactions:read; default: nothing. */
  readonly scopes?: readonly string[];
  /** Display names by id of the person; default: nobody. */
  readonly people?: Readonly<Record<string, string>>;
}

/** Starts one on a free port of 127.0.0.1. */
export async function fakeSlack(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const workspace = new Workspace({
    token: options.token ?? "xoxb-fake",
    channels: options.channels ?? { C0123456789: "alerts" },
    scopes: options.scopes ?? [],
    people: options.people ?? {},
  });
  const calls: Call[] = [];
  const faults: { fault: Fault; method: string | undefined; left: number }[] = [];
  const server = createServer(async (request, response) => {
    const call = await readCall(request);
    calls.push(call);
    const armed = faults.find(
      ({ method, left }) => left > 0 && (method === undefined || method === call.method),
    );
    if (armed !== undefined) armed.left -= 1;
    const wrong = armed?.fault ?? options.weather?.(call) ?? null;
    if (wrong !== null && wrong.kind !== "lost_answer") return misbehave(wrong, request, response);
    const answer = call.method === "webhook" ? workspace.webhook(call) : workspace.api(call);
    if (wrong !== null) return void request.socket.destroy();
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
    react: (channel, ts, name, user, on = true) => workspace.react(channel, ts, name, user, on),
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
