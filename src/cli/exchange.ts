// One request to the daemon and its whole answer, by HTTP or HTTPS.

import type { ClientRequest, IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import type { Daemon, DaemonTls } from "./daemon-url.ts";

/** Bytes of an answer; the longest list of the API has some megabytes. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

export interface Exchange {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface Exchanged {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

// Not fetch: a check that runs twice a minute took 63 MiB and 120 ms with it, 45 MiB and 46 ms so; and fetch takes no
// authority. http/server.ts says why these are not imported.
const { request: byHttp } = process.getBuiltinModule("node:http");

/** Asks the daemon. @throws the socket's, TLS's or the signal's error, with its code. */
export function exchange(daemon: Daemon, path: string, asked: Exchange): Promise<Exchanged> {
  const { url, authorization, tls } = daemon;
  const { method, headers, body, signal } = asked;
  const options: RequestOptions = {
    method,
    headers: { ...(authorization === null ? {} : { authorization }), ...headers },
    signal,
    agent: false,
    ...(url.protocol === "https:" ? tlsOptions(tls) : {}),
  };
  const { promise, resolve, reject } = Promise.withResolvers<Exchanged>();
  const target = new URL(path, url);
  const take = (response: IncomingMessage): void => {
    const parts: Buffer[] = [];
    let length = 0;
    response.on("data", (part: Buffer) => {
      length += part.length;
      if (length <= MAX_ANSWER_BYTES) return void parts.push(part);
      response.destroy();
      reject(new Error("the answer is too long"));
    });
    response.on("error", reject);
    response.on("end", () => {
      const text = Buffer.concat(parts).toString("utf8");
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    });
  };
  const sent: ClientRequest =
    url.protocol === "https:"
      ? process.getBuiltinModule("node:https").request(target, options, take)
      : byHttp(target, options, take);
  sent.on("error", reject);
  sent.end(body);
  return promise;
}

function tlsOptions({ ca, exactly, cert, key }: DaemonTls): RequestOptions {
  const shown = { ...(cert === null ? {} : { cert }), ...(key === null ? {} : { key }) };
  if (exactly === null) return { ...shown, ...(ca === null ? {} : { ca }) };
  const { X509Certificate } = process.getBuiltinModule("node:crypto");
  const wanted = new X509Certificate(exactly);
  return {
    ...shown,
    ca: wanted.toString(),
    // Its authority may be nowhere on this machine; the certificate itself is all that is asked for.
    allowPartialTrustChain: true,
    checkServerIdentity: (_host, found) =>
      found.fingerprint256 === wanted.fingerprint256
        ? undefined
        : Object.assign(new Error("another certificate"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" }),
  };
}

/**
 * Which certificate was not taken, the daemon's or ours; null for any other error.
 * @param origin of the daemon.
 * @returns a sentence for a person, with the option that mends it.
 */
export function certificateFault(error: unknown, origin: string): string | null {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? "";
  // An alert is what the other side says of us, after the handshake in TLS 1.3.
  if (/^ERR_SSL_\w+_ALERT_/.test(code))
    return `the daemon at ${origin} asks for a client certificate that it trusts: ${code} (--cert-file, --key-file)`;
  if (!/CERT|^UNABLE_TO_|^ERR_SSL/.test(code)) return null;
  return `the certificate of ${origin} is not trusted: ${code} (--ca-file)`;
}
