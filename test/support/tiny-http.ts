// An HTTP server of a few lines on loopback that keeps what was posted and answers as it is told.

import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as it came in. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An answer, or none at all. */
export type TinyAnswer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Buffer;
    }
  | "hang"
  | "reset";

/** One that is running. */
export interface TinyHttp extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  readonly received: readonly Received[];
  /** How every request from now on is answered; default: 200 with an empty body. */
  answer(how: TinyAnswer): void;
  stop(): Promise<void>;
}

/** Starts one on a free port. */
export async function tinyHttp(): Promise<TinyHttp> {
  const received: Received[] = [];
  let how: TinyAnswer = { status: 200 };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const { method = "", url: path = "", headers } = request;
    received.push({ method, path, headers, body: Buffer.concat(parts).toString("utf8") });
    if (how === "hang") return;
    if (how === "reset") return void request.socket.resetAndDestroy();
    response.writeHead(how.status, how.headers ?? {});
    response.end(how.body ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (next) => void (how = next),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
