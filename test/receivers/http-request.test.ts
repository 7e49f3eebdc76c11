// What a request makes of answers that are none, from a server that writes its own bytes.

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import { exchange, HttpFault } from "../../src/receivers/http-request.ts";

/** Asks a server that answers with `write`, once the request has come. */
async function ask(write: (socket: Socket) => void, timeoutMs: number): Promise<unknown> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {}).once("data", () => write(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const signal = new AbortController().signal;
  try {
    return await exchange(url, {
      method: "POST",
      headers: {},
      body: "x",
      timeoutMs,
      allowLinkLocal: false,
      signal,
    });
  } catch (error) {
    return error;
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const SHORT_MS = 100;
const LONG_MS = 60_000;
const OK = "HTTP/1.1 200 OK\r\n";

function isFault(found: unknown, reason: HttpFault["reason"]): void {
  assert.ok(found instanceof HttpFault, JSON.stringify(found));
  assert.equal(found.reason, reason);
  assert.equal(found.written, true);
}

describe("a request", () => {
  it("ends at once when the answer switches the protocol", async () => {
    const head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    isFault(await ask((socket) => socket.write(head), LONG_MS), "connection lost");
  });

  for (const [name, bytes] of [
    ["before a word of it", ""],
    ["within the head", `${OK}x-a: b\r\n`],
    ["within a body of told length", `${OK}content-length: 9\r\n\r\nabc`],
    ["within a body that ends with its connection", `${OK}\r\nabc`],
    ["within a chunk", `${OK}transfer-encoding: chunked\r\n\r\n9\r\nabc`],
    ["after a promise of more", "HTTP/1.1 103 Early Hints\r\n\r\n"],
  ] as const) {
    it(`takes an answer that stands still ${name} for none`, async () => {
      isFault(await ask((socket) => socket.write(bytes), SHORT_MS), "timed out");
    });
  }

  it("takes an answer that breaks off for none", async () => {
    const broken = `${OK}content-length: 9\r\n\r\nabc`;
    isFault(await ask((socket) => socket.end(broken), LONG_MS), "connection lost");
  });

  it("takes another protocol's greeting for none", async () => {
    isFault(await ask((socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"), LONG_MS), "connection lost");
  });

  it("reads no more of a head without end than Node's bound", async () => {
    const head = `${OK}x: ${"a".repeat(1_000_000)}\r\n\r\n`;
    isFault(await ask((socket) => socket.write(head), LONG_MS), "connection lost");
  });
});
