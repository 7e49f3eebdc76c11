// The HTTP server: listens for as long as the process lives, bounds what a client may send and how long it may take, and
// takes on another certificate without a connection being lost.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { WebConfig } from "../config/web-config.ts";
import { Desk, type DeskSetup } from "./desk.ts";
import { ListenError } from "./listen-error.ts";
import { guardClients, tlsKind, tlsOptions } from "./tls.ts";
import type { HttpFace } from "./face.ts";

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

export interface HttpSetup extends DeskSetup {
  /** 0 picks a free one. */
  readonly port: number;
}

export interface HttpServer {
  /** Where this machine reaches it, such as `http://127.0.0.1:10401`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** From now on this answers. Before the first, everything is answered with 503. */
  show(face: HttpFace): void;
  /** What was shown is going: it may still be looked at, and nothing more is asked of it. */
  rest(): void;
  /**
   * Takes on another web configuration, for connections to come; those that are open go on.
   * @returns false, with nothing changed, when it switches TLS on or off, or asks clients for other certificates.
   */
  configure(web: WebConfig | null): boolean;
  /** Stops listening and closes all connections; resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * Starts to listen.
 * @param patience how long clients may take; default 5 s for headers, 10 s for a request, 75 s idle between two.
 * @throws ListenError when the address cannot be had.
 */
export async function listen(setup: HttpSetup, patience = PATIENCE): Promise<HttpServer> {
  const desk = new Desk(setup);
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: patience.headersMs,
    requestTimeout: patience.requestMs,
    keepAliveTimeout: patience.keptMs,
    connectionsCheckingInterval: patience.checkMs,
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void =>
    void desk.respond(request, response);
  const tls = setup.web?.tls ?? null;
  const secure =
    tls === null
      ? null
      : process.getBuiltinModule("node:https").createServer({ ...options, ...tlsOptions(tls) }, answer);
  // An import of node:http from an ES module touches all of its names and thereby loads undici: 79 MiB resident against
  // 65 for a bare server on Node 26.
  const server = secure ?? process.getBuiltinModule("node:http").createServer(options, answer);
  if (secure !== null) guardClients(secure, () => desk.web?.tls ?? null);
  server.maxConnections = MAX_CONNECTIONS;
  await bound(server, setup.host, setup.port);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : setup.port;
  return {
    url: `${tls === null ? "http" : "https"}://${reachable(setup.host)}:${port}`,
    host: setup.host,
    port,
    show: (face) => desk.show(face),
    rest: () => desk.rest(),
    configure(web) {
      if (tlsKind(web?.tls ?? null) !== tlsKind(tls)) return false;
      const next = web?.tls ?? null;
      if (next !== null) secure?.setSecureContext(tlsOptions(next));
      desk.configure(web);
      return true;
    },
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
