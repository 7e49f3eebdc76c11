// The HTTP server: bounds on what a client may send and how long it may take, then a route's answer. A thousand scrapes
// change nothing, a broken view is a 500 for its client alone, and a change wants this machine or the token.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { MAX_BODY_BYTES, readBody, refusal } from "./admin.ts";
import { isWelcome } from "./host-guard.ts";
import { ListenError } from "./listen-error.ts";
import { COMMON_HEADERS, text } from "./reply.ts";
import { NO_HANDLER, answer } from "./route.ts";
import type { Answer, Asked, Route } from "./route.ts";
import { routes } from "./routes.ts";
import type { HttpActions, HttpViews } from "./views.ts";

// An import of node:http from an ES module touches all of its names and thereby loads undici: 79 MiB resident against
// 65 for a bare server on Node 26.
const { createServer } = process.getBuiltinModule("node:http");

/** Bytes of all headers of a request; a scrape sends some 300. */
const MAX_HEADER_BYTES = 8 * 1024;
/** How long a client may take, milliseconds. */
export interface Patience {
  /** To send its headers, from the moment it connected. */
  readonly headersMs: number;
  /** To send a whole request. */
  readonly requestMs: number;
  /** Idle on a kept connection. */
  readonly keptMs: number;
  /** How often these are looked at. */
  readonly checkMs: number;
}

const PATIENCE: Patience = {
  // Enough for a bad line, too little to be parked on.
  headersMs: 5_000,
  requestMs: 10_000,
  // Above a scrape interval of a minute, so that Prometheus need not connect anew.
  keptMs: 75_000,
  // With Node's 30 s a slow client would stay six times as long as allowed.
  checkMs: 2_000,
};

/** Connections at once; further ones are closed, so that they cannot use up the descriptors that log files need. */
const MAX_CONNECTIONS = 64;

export interface HttpSetup {
  /** Address or name to listen on; an empty one stands for every address of the machine. */
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Where people reach the page, perhaps through a proxy; null when nobody said. */
  readonly externalUrl?: string | null;
  readonly views: HttpViews;
  readonly actions: HttpActions;
  /** Opens the admin token; null when there is none. */
  readonly token: () => string | null;
  /** Told of each answer: the route's name and the status code. */
  onAnswer(handler: string, code: number): void;
  /** Told of what should not happen: a view that threw. The client gets a 500 without its words. */
  onError(error: unknown, handler: string): void;
}

export interface HttpServer {
  /** Where this machine reaches it, such as `http://127.0.0.1:10401`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Stops listening and closes all connections; resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * Starts to listen.
 * @param patience how long clients may take; default 5 s for headers, 10 s for a request, 75 s idle between two.
 * @throws ListenError when the address cannot be had.
 */
export async function listen(setup: HttpSetup, patience = PATIENCE): Promise<HttpServer> {
  const table = routes(setup.views, setup.actions);
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      keepAliveTimeout: patience.keptMs,
      connectionsCheckingInterval: patience.checkMs,
    },
    (request, response) => void respond(setup, table, request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  await bound(server, setup.host, setup.port);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : setup.port;
  return {
    url: `http://${reachable(setup.host)}:${port}`,
    host: setup.host,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Addresses that mean every address; nobody can be sent to them. */
const WILDCARDS: ReadonlySet<string> = new Set(["", "0.0.0.0", "::"]);

/** The host as it stands in a URL that this machine can open. */
function reachable(listenHost: string): string {
  const host = bare(listenHost);
  if (WILDCARDS.has(host)) return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

/** An IPv6 address without its brackets. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

function bound(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (error: NodeJS.ErrnoException) =>
    reject(new ListenError(host, port, error.code ?? "")),
  );
  server.listen({ host: bare(host), port }, resolve);
  return promise;
}

async function respond(
  setup: HttpSetup,
  table: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { handler, reply } = await answerTo(setup, table, request);
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, {
    ...COMMON_HEADERS,
    ...reply.headers,
    "content-length": body.length,
    // A body that nobody reads would stand in the way of the connection's next request.
    ...(hasBody(request) ? { connection: "close" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : body);
  setup.onAnswer(handler, reply.status);
}

function answerTo(
  setup: HttpSetup,
  table: readonly Route[],
  request: IncomingMessage,
): Answer | Promise<Answer> {
  const { method = "", url = "", headers } = request;
  if (!isWelcome(setup.host, headers.host, setup.externalUrl)) {
    return refused(
      403,
      "This listener is for this machine: the Host header must name localhost or a loopback address.",
    );
  }
  if (Number(headers["content-length"] ?? 0) > MAX_BODY_BYTES) {
    return refused(413, `A request body may have at most ${MAX_BODY_BYTES} bytes.`);
  }
  const key = headers["idempotency-key"];
  const asked: Asked = {
    method,
    target: url,
    accept: headers.accept,
    idempotencyKey: Array.isArray(key) ? key[0] : key,
    refusal: () => refusal(request, setup.token),
    body: () => readBody(request),
  };
  return answer(table, asked, (error, handler) => setup.onError(error, handler));
}

function refused(status: number, line: string): Answer {
  return { handler: NO_HANDLER, reply: text(status, line) };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
