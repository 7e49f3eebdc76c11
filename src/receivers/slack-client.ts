// The methods of Slack's Web API that we use, through its client, set up so that the outbox stays the only one who
// retries: no retries of its own, no queue that one 429 stops for every channel, a time limit, and a log that is dropped
// (the client's debug log carries whole messages).

import type * as SlackLibrary from "@slack/web-api";
import type { FetchFunction, Logger, LogLevel, WebClient, WebClientOptions } from "@slack/web-api";
import { exchange, type HttpAnswer, HttpFault } from "./http-request.ts";
import { slackAnswerFailure, type SlackFailure, slackFaultFailure } from "./slack-errors.ts";

/** With what, where to and within which bounds a method is called. */
export interface SlackCall {
  readonly token: string;
  readonly apiUrl: string;
  readonly timeoutMs: number;
  readonly allowLinkLocal: boolean;
  readonly signal: AbortSignal;
  /** Wall clock, milliseconds since the epoch. */
  readonly nowMs: number;
}

/** What came of a call. */
export type SlackReply =
  | { readonly ok: true; readonly result: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly failure: SlackFailure };

/** The methods that we use. */
export type SlackMethod =
  | "chat.postMessage"
  | "chat.update"
  | "auth.test"
  | "conversations.info"
  | "conversations.history"
  | "reactions.get"
  | "users.info";

/** Calls one method once. It resolves for everything that Slack or the network may do. */
export type SlackClient = (
  method: SlackMethod,
  args: Readonly<Record<string, unknown>>,
  call: SlackCall,
) => Promise<SlackReply>;

const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => "error" as LogLevel,
  setName() {},
};

/**
 * A client whose library is loaded by the first call: it costs 6 MiB, and most daemons have nothing to say for weeks.
 */
export function slackClient(): SlackClient {
  let library: Promise<typeof SlackLibrary> | null = null;
  return async (method, args, call) => {
    const { WebClient } = await (library ??= import("@slack/web-api"));
    return callOnce((token, options) => new WebClient(token, options), method, args, call);
  };
}

async function callOnce(
  build: (token: string, options: WebClientOptions) => WebClient,
  method: SlackMethod,
  args: Readonly<Record<string, unknown>>,
  call: SlackCall,
): Promise<SlackReply> {
  // What came over the wire tells more than the client's errors do: a 429 without a whole number of seconds is a bare
  // Error there, and a page of HTML becomes the error's message.
  const wire: { answer: HttpAnswer | null; fault: HttpFault | null } = { answer: null, fault: null };
  const fetch: FetchFunction = async (url, init) => {
    try {
      wire.answer = await exchange(new URL(url), {
        method: "POST",
        headers: init?.headers ?? {},
        body: typeof init?.body === "string" ? init.body : "",
        timeoutMs: call.timeoutMs,
        allowLinkLocal: call.allowLinkLocal,
        signal: call.signal,
      });
    } catch (error) {
      if (error instanceof HttpFault) wire.fault = error;
      throw error;
    }
    return response(wire.answer);
  };
  // One client a call: it holds no connection, and a token that was replaced in its file is used at once.
  const client = build(call.token, {
    slackApiUrl: call.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: call.timeoutMs,
    allowAbsoluteUrls: false,
    logger: silent,
    fetch,
  });
  try {
    return { ok: true, result: { ...(await client.apiCall(method, { ...args })) } };
  } catch (error) {
    return { ok: false, failure: failureOf(error, wire, call.nowMs) };
  }
}

function failureOf(
  error: unknown,
  { answer, fault }: { answer: HttpAnswer | null; fault: HttpFault | null },
  nowMs: number,
): SlackFailure {
  if (fault !== null) return slackFaultFailure(fault);
  if (answer !== null) return slackAnswerFailure(answer, errorCode(answer.body), nowMs);
  // Nothing was sent at all, so it is our own mistake and must be heard.
  throw error;
}

/** The `error` of Slack's JSON, null when the body is none. */
function errorCode(body: string): string | null {
  try {
    const parsed = JSON.parse(body) as { error?: unknown } | null;
    return textOrNull(parsed?.error);
  } catch {
    return null;
  }
}

const textOrNull = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value : null;

function response({ status, headers, body }: HttpAnswer): Awaited<ReturnType<FetchFunction>> {
  return {
    ok: status >= 200 && status < 300,
    status,
    statusText: "",
    url: "",
    headers: { get: (name) => headers[name.toLowerCase()] ?? null, entries: () => Object.entries(headers) },
    arrayBuffer: async () => new TextEncoder().encode(body).buffer,
    json: async () => JSON.parse(body) as unknown,
    text: async () => body,
  };
}
