// One HTTP request, bounded on every side: one time limit for all of it, an answer of at most 1 MiB, no redirects, no
// decompression (so no bombs), addresses guarded as the connection is made. node:http rather than fetch, because only
// here can the guard see the resolved address and the caller learn whether the request had been written.

import { once } from "node:events";
import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
  type RequestOptions,
} from "node:http";
import { checkLiteral, guardedLookup, REFUSED_ADDRESS } from "./address-guard.ts";

/** Largest answer that is read; Slack's are under 50 KiB, and a captive portal's page must not fill our memory. */
const MAX_ANSWER_BYTES = 2 ** 20;
/** Time for connecting, sending and reading together, milliseconds; the providers answer within one second. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** A whole answer, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Why no whole answer came, in our words: names no address and no secret. */
export type HttpFaultReason =
  | "aborted"
  | "timed out"
  | "address refused"
  | "host unknown"
  | "connection refused"
  | "connection lost"
  | "certificate refused"
  | "answer too large"
  | "cannot be sent";

/** A request without an answer. */
export class HttpFault extends Error {
  override readonly name = "HttpFault";
  readonly reason: HttpFaultReason;
  /** True when the whole request had been written, so that it may have been acted on. */
  readonly written: boolean;

  constructor(reason: HttpFaultReason, written: boolean) {
    super(written ? `${reason} after the request was sent` : reason);
    this.reason = reason;
    this.written = written;
  }
}

/** What to send, and its bounds. */
export interface HttpOrder {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** Link-local addresses may be connected to as well. */
  readonly allowLinkLocal: boolean;
  readonly signal: AbortSignal;
}

// No keep-alive: a few requests an hour, and a reused connection that the other side has just closed would fail after
// the request was written, which is the one case that may say things twice.
// A proxy of the environment is used only where Node itself has been told to (NODE_USE_ENV_PROXY=1).
const proxied = process.env["NODE_USE_ENV_PROXY"] === "1" ? { proxyEnv: process.env } : {};
let plainAgent: HttpAgent | null = null;

type Open = (url: URL, options: RequestOptions) => ClientRequest;
const openPlain: Open = (url, options) => {
  plainAgent ??= new HttpAgent({ keepAlive: false, ...proxied });
  return httpRequest(url, { ...options, agent: plainAgent });
};

let tls: Promise<Open> | null = null;

/** TLS is loaded with the first request that needs it: 9 MiB, which a daemon that has nothing to say does not pay. */
async function loadTls(): Promise<Open> {
  const { Agent, request } = await import("node:https");
  const agent = new Agent({ keepAlive: false, minVersion: "TLSv1.2", ...proxied });
  return (url, options) => request(url, { ...options, agent });
}

/** Sends one request. @throws HttpFault when no whole answer came. */
export async function exchange(url: URL, order: HttpOrder): Promise<HttpAnswer> {
  const limit = AbortSignal.any([order.signal, AbortSignal.timeout(order.timeoutMs)]);
  let outgoing: ClientRequest | null = null;
  let written = false;
  try {
    limit.throwIfAborted();
    checkLiteral(url.hostname, order.allowLinkLocal);
    const open = url.protocol === "https:" ? await (tls ??= loadTls()) : openPlain;
    outgoing = open(url, optionsOf(order, limit));
    outgoing.once("finish", () => (written = true));
    const answered = answerTo(outgoing, limit);
    outgoing.end(order.body);
    const answer = await read(await answered);
    // A body without a length ends with its connection, so that one cut off by the time limit looks whole.
    limit.throwIfAborted();
    return answer;
  } catch (error) {
    throw new HttpFault(reasonOf(error, order.signal, limit), written);
  } finally {
    // A late error of a request that is over has nobody left to tell.
    outgoing?.on("error", () => {});
    outgoing?.destroy();
  }
}

/** The head of the answer. */
async function answerTo(outgoing: ClientRequest, signal: AbortSignal): Promise<IncomingMessage> {
  // Without a listener Node drops the connection of an answer that switches the protocol, and says so to nobody: the wait
  // would never end.
  outgoing.once("upgrade", (_answer, socket) => {
    socket.destroy();
    outgoing.emit("error", new Error("switched the protocol"));
  });
  const [incoming] = (await once(outgoing, "response", { signal })) as [IncomingMessage];
  return incoming;
}

function optionsOf(
  { method, headers, body, allowLinkLocal }: HttpOrder,
  signal: AbortSignal,
): RequestOptions {
  return {
    method,
    headers: { ...headers, "content-length": Buffer.byteLength(body) },
    lookup: guardedLookup(allowLinkLocal),
    signal,
  };
}

async function read(incoming: IncomingMessage): Promise<HttpAnswer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_ANSWER_BYTES) throw new RangeError("answer too large");
    parts.push(part);
  }
  const headers = Object.entries(incoming.headers).map(
    ([name, value]) => [name, String(value ?? "")] as const,
  );
  return {
    status: incoming.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(parts).toString("utf8"),
  };
}

const REASON_BY_CODE: Readonly<Record<string, HttpFaultReason>> = {
  [REFUSED_ADDRESS]: "address refused",
  ENOTFOUND: "host unknown",
  EAI_AGAIN: "host unknown",
  ECONNREFUSED: "connection refused",
  ETIMEDOUT: "timed out",
  ERR_INVALID_CHAR: "cannot be sent",
  ERR_INVALID_HTTP_TOKEN: "cannot be sent",
};

function reasonOf(error: unknown, caller: AbortSignal, limit: AbortSignal): HttpFaultReason {
  if (caller.aborted) return "aborted";
  if (limit.aborted) return "timed out";
  if (error instanceof RangeError) return "answer too large";
  const code = (error as NodeJS.ErrnoException | null)?.code ?? "";
  const known = REASON_BY_CODE[code];
  if (known !== undefined) return known;
  return isCertificateCode(code) ? "certificate refused" : "connection lost";
}

/** True for the codes with which OpenSSL and Node refuse a peer's certificate. */
export function isCertificateCode(code: string): boolean {
  return /CERT|_SIGNATURE|ALTNAME|UNABLE_TO_GET_ISSUER|INVALID_CA|PATH_LENGTH|INVALID_PURPOSE/.test(code);
}
